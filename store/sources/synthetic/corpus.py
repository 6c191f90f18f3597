"""Write rendered people as a folder of photographs in RaFD's file names. The one entry to this package.

Every person is photographed in 8 emotions x 3 gazes by 5 cameras. The same seed gives the same bytes, whatever the
number of processes or the order; see `camera.py` for the side on which each camera stands.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from store.errors import CorpusError
from store.sources.synthetic.casting import MAX_PEOPLE, population_and_sex
from store.sources.synthetic.imaging import jpeg, use_one_thread
from store.sources.synthetic.look import look_of
from store.sources.synthetic.marker import Marker, claim_folder, remove_parts, write_atomically
from store.sources.synthetic.shot import INTERNAL_SCALE, photograph, take_shot
from store.vocabulary import ANGLES_DEG, EMOTIONS, GAZES

DEFAULT_PEOPLE, DEFAULT_SEED = 16, 7
JPEG_QUALITY = 92


@dataclass(frozen=True)
class WrittenCorpus:
    """What a call did: photographs written, photographs that were there already, and where."""

    folder: Path
    written: int
    kept: int


@dataclass(frozen=True)
class ShotOrder:
    """One shot to take and the cameras whose photographs are missing; travels to the processes."""

    folder: Path
    seed: int
    person: int
    emotion: str
    gaze: str
    angles_deg: tuple[int, ...]
    internal_scale: float


def write_people(
    folder: Path,
    *,
    people: int = DEFAULT_PEOPLE,
    seed: int = DEFAULT_SEED,
    processes: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> WrittenCorpus:
    """Write the photographs of `people` people that the folder does not hold yet: 120 each, 681 x 1024 JPEG.

    `processes` None takes one for each core. `on_progress(done, total)` counts photographs, those already there
    included. An interrupted call leaves only whole files, and the next one goes on from there.
    Raises `CorpusError` for a number of people outside 1..99 and for a folder that holds another corpus.
    """
    if not 1 <= people <= MAX_PEOPLE:
        raise CorpusError(f"{people} people: expected 1 to {MAX_PEOPLE}, as RaFD's file names have two digits for them")
    claim_folder(folder, Marker(seed=seed, people=people))
    remove_parts(folder)
    orders = list(_missing_shots(folder, people, seed))
    total = people * len(EMOTIONS) * len(GAZES) * len(ANGLES_DEG)
    missing = sum(len(order.angles_deg) for order in orders)
    report = on_progress or (lambda done, total: None)
    done = total - missing
    report(done, total)
    try:
        with _workers(min(processes or os.cpu_count() or 1, len(orders))) as fulfil_all:
            for count in fulfil_all(orders):
                done += count
                report(done, total)
    finally:
        remove_parts(folder)
    return WrittenCorpus(folder=folder, written=missing, kept=total - missing)


def file_name(person: int, emotion: str, gaze: str, angle_deg: int) -> str:
    """RaFD's name of a photograph, for example Rafd090_01_Caucasian_female_angry_frontal.jpg."""
    population, sex = population_and_sex(person)
    return f"Rafd{angle_deg:03d}_{person:02d}_{population}_{sex}_{emotion}_{gaze}.jpg"


def fulfil(order: ShotOrder) -> int:
    """Take the shot and write its missing photographs; how many were written."""
    person, look = look_of((order.seed, order.person))
    shot = take_shot(person, look, order.emotion, order.gaze)
    for angle in order.angles_deg:
        picture = photograph(shot, angle, internal_scale=order.internal_scale)
        name = file_name(order.person, order.emotion, order.gaze, angle)
        write_atomically(order.folder / name, jpeg(picture, JPEG_QUALITY))
    return len(order.angles_deg)


def _missing_shots(folder: Path, people: int, seed: int) -> Iterator[ShotOrder]:
    """Orders for the photographs that are not there, person by person; an empty file counts as not there."""
    there = {entry.name for entry in os.scandir(folder) if entry.stat().st_size > 0}
    for person in range(1, people + 1):
        for emotion in EMOTIONS:
            for gaze in GAZES:
                angles = tuple(a for a in ANGLES_DEG if file_name(person, emotion, gaze, a) not in there)
                if angles:
                    yield ShotOrder(folder, seed, person, emotion, gaze, angles, INTERNAL_SCALE)


@contextmanager
def _workers(processes: int) -> Iterator[Callable[[list[ShotOrder]], Iterable[int]]]:
    """A way to fulfil orders: in this process for one, else by so many fresh ones, which end with the block."""
    if processes <= 1:
        use_one_thread()
        yield lambda orders: map(fulfil, orders)
        return
    with multiprocessing.get_context("spawn").Pool(processes, initializer=_start_worker) as pool:
        yield lambda orders: pool.imap_unordered(fulfil, orders)
        pool.close()
        pool.join()


def _start_worker() -> None:
    """One thread each, and Ctrl-C left to the parent, which ends the workers."""
    use_one_thread()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
