"""Render a corpus of people into a folder, with RaFD's file names. The only entry point of this package.

Every person is photographed in 8 emotions x 3 gazes by 5 cameras. The same seed gives the same bytes, whatever the
number of processes or the order; `scene.camera` says where each camera stands.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from itertools import product
from pathlib import Path

from affect_store.store.errors import CorpusError
from affect_store.store.sources.synthetic import action_units_file
from affect_store.store.sources.synthetic.drawing.imaging import encode_jpeg, use_one_thread
from affect_store.store.sources.synthetic.marker import (
    UNIFORM,
    VERSIONS,
    Marker,
    claim_folder,
    read_marker,
    remove_parts,
    write_atomically,
)
from affect_store.store.sources.synthetic.person.appearance import person_and_appearance
from affect_store.store.sources.synthetic.person.sampling import MAX_PEOPLE, population_and_sex, sample_person
from affect_store.store.sources.synthetic.shot import (
    INTERNAL_SCALE,
    intended_action_units,
    render_photograph,
    take_shot,
)
from affect_store.store.vocabulary import ANGLES_DEG, EMOTIONS, GAZES

DEFAULT_PEOPLE, DEFAULT_SEED = 16, 7
JPEG_QUALITY = 92


@dataclass(frozen=True)
class RenderedCorpus:
    """Result of a call: the folder, photographs written, and photographs kept from before."""

    folder: Path
    written: int
    kept: int


@dataclass(frozen=True)
class ShotRequest:
    """One shot, and the cameras whose photographs are missing; sent to the worker processes."""

    folder: Path
    seed: int
    person: int
    emotion: str
    gaze: str
    angles_deg: tuple[int, ...]
    internal_scale: float
    version: int = UNIFORM


def render_corpus(
    folder: Path,
    *,
    people: int = DEFAULT_PEOPLE,
    seed: int = DEFAULT_SEED,
    version: int | None = None,
    processes: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> RenderedCorpus:
    """Render the photographs that the folder lacks: 120 per person, JPEG of 681 x 1024 pixels.

    `version` is that of the corpus, see `marker.VERSIONS`; by default that of the folder, or the latest for a new one.
    The action units of the photographs are in the table `action_units.csv`. `processes` None starts one per core.
    `on_progress(done, total)` counts photographs, existing ones included. An interrupted call leaves only complete
    files, and the next call continues from there.
    Raises `CorpusError` for a number of people outside 1..99, for an unknown version, and for a folder that holds
    another corpus.
    """
    if not 1 <= people <= MAX_PEOPLE:
        raise CorpusError(
            f"number of people is {people}, expected 1 to {MAX_PEOPLE}: RaFD's file names have two digits for it"
        )
    marker = Marker(seed, people, _version_of(folder) if version is None else version)
    if marker.renderer not in VERSIONS:
        raise CorpusError(f"version of the corpus is {marker.renderer}, expected {' or '.join(map(str, VERSIONS))}")
    _write_action_units(folder, claim_folder(folder, marker))
    remove_parts(folder)
    requests = list(_missing_shots(folder, marker))
    total = people * len(EMOTIONS) * len(GAZES) * len(ANGLES_DEG)
    missing = sum(len(request.angles_deg) for request in requests)
    report = on_progress or (lambda done, total: None)
    done = total - missing
    report(done, total)
    try:
        with _workers(min(processes or os.cpu_count() or 1, len(requests))) as map_shots:
            for count in map_shots(requests):
                done += count
                report(done, total)
    finally:
        remove_parts(folder)
    return RenderedCorpus(folder=folder, written=missing, kept=total - missing)


def _version_of(folder: Path) -> int:
    """Return the version of the corpus in a folder, or the latest if it holds none."""
    existing = read_marker(folder)
    return existing.renderer if existing else VERSIONS[-1]


def file_name(person: int, emotion: str, gaze: str, angle_deg: int) -> str:
    """Return a photograph's name in RaFD's grammar, e.g. Rafd090_01_Caucasian_female_angry_frontal.jpg."""
    population, sex = population_and_sex(person)
    return f"Rafd{angle_deg:03d}_{person:02d}_{population}_{sex}_{emotion}_{gaze}.jpg"


def _write_action_units(folder: Path, marker: Marker) -> None:
    """Write the intended action units of all photographs of the folder's people, whether rendered already or not."""
    units: dict[str, action_units_file.Units] = {}
    for number in range(1, marker.people + 1):
        person = sample_person(marker.seed, number)
        for emotion, gaze in product(EMOTIONS, GAZES):
            intensities = astuple(intended_action_units(person, emotion, gaze, version=marker.renderer))
            units |= {file_name(number, emotion, gaze, angle): intensities for angle in ANGLES_DEG}
    write_atomically(folder / action_units_file.FILE_NAME, action_units_file.content_of(units))


def render_shot(request: ShotRequest) -> int:
    """Render the shot and write its missing photographs; return how many were written."""
    person, appearance = person_and_appearance((request.seed, request.person))
    shot = take_shot(person, appearance, request.emotion, request.gaze, version=request.version)
    for angle in request.angles_deg:
        picture = render_photograph(shot, angle, internal_scale=request.internal_scale)
        name = file_name(request.person, request.emotion, request.gaze, angle)
        write_atomically(request.folder / name, encode_jpeg(picture, JPEG_QUALITY))
    return len(request.angles_deg)


def _missing_shots(folder: Path, marker: Marker) -> Iterator[ShotRequest]:
    """Yield the shots with missing photographs, person by person; an empty file counts as missing."""
    existing = {entry.name for entry in os.scandir(folder) if entry.stat().st_size > 0}
    for person in range(1, marker.people + 1):
        for emotion in EMOTIONS:
            for gaze in GAZES:
                angles = tuple(angle for angle in ANGLES_DEG if file_name(person, emotion, gaze, angle) not in existing)
                if angles:
                    yield ShotRequest(
                        folder, marker.seed, person, emotion, gaze, angles, INTERNAL_SCALE, marker.renderer
                    )


@contextmanager
def _workers(processes: int) -> Iterator[Callable[[list[ShotRequest]], Iterable[int]]]:
    """Yield a map function over shots: in this process for one, else in a pool that ends with the block."""
    if processes <= 1:
        use_one_thread()
        yield lambda requests: map(render_shot, requests)
        return
    with multiprocessing.get_context("spawn").Pool(processes, initializer=_start_worker) as pool:
        yield lambda requests: pool.imap_unordered(render_shot, requests)
        pool.close()
        pool.join()


def _start_worker() -> None:
    """Use one thread, and leave Ctrl-C to the parent, which ends its workers."""
    use_one_thread()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
