"""Time extraction against the bare loop of a script, and measure the memory of its processes.

The bare loop, in one process: read a file, decode it with OpenCV, run FaceMesh as the product configures it. The
extraction also hashes the bytes, checks the header, makes a thumbnail and sends its results to another process. Warm:
both take turns over the same photographs, a few hundred at a time, since the machine may have other work; the bare
loop in two processes tells how much two cores are worth at that moment. With start-up: `extract` from nothing over
`--photographs` files, between two bare loops. Then the two steps of a run, from an empty home: catalogue, extraction.

    python -m benchmarks.extraction [--photographs 10000] [--rounds 3] [--place DIR]

The photographs, 681 x 1024 pixels, show rendered people. Memory is the sum of the peaks of all processes, so that what
they share counts several times. Prints one line per goal at the end and exits with 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import active_children, get_context
from pathlib import Path

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.extraction import materialize_landmarks
from affect_store.store.features.extract import Extractor, Photo, extract
from affect_store.store.home import Home
from affect_store.store.types import Face
from affect_store.store.vocabulary import EMOTIONS
from benchmarks._goals import Goal, Goals
from benchmarks._peak_memory import resident
from benchmarks._photographs import write_photographs
from benchmarks.prediction import bare_loop, open_face_mesh, seconds

PROCESSES = 2
WARM, TURN = 1000, 250
WARM_BOUND, COLD_BOUND, MEMORY_BOUND_GIB = 0.9, 0.9, 1.5
GIB = 2**30


class Loops:
    """The bare loop in one process and in several, and the product's extraction, all with open detectors."""

    def __init__(self, stack: ExitStack, some: Sequence[Path]) -> None:
        context = get_context("spawn")
        self._single, self._several = (
            stack.enter_context(ProcessPoolExecutor(count, mp_context=context, initializer=open_face_mesh))
            for count in (1, PROCESSES)
        )
        self._extractor = stack.enter_context(Extractor(PROCESSES))
        self._workers: dict[str, list[int]] = {}
        self.cpu_s = dict.fromkeys(("bare", "several", "extracted"), 0.0)
        for name in self.cpu_s:
            before = worker_ids()
            getattr(self, name)(some)
            self._workers[name] = sorted(worker_ids() - before)

    def rate(self, name: str, paths: Sequence[Path]) -> float:
        """Return photographs per second of a loop, and add the CPU seconds of its workers."""
        before = sum(map(cpu_s, self._workers[name]))
        rate = getattr(self, name)(paths)
        self.cpu_s[name] += sum(map(cpu_s, self._workers[name])) - before
        return float(rate)

    def bare(self, paths: Sequence[Path]) -> float:
        """Return photographs per second of the bare loop in one process."""
        return bare_loop(self._single, [str(path) for path in paths])

    def several(self, paths: Sequence[Path]) -> float:
        """Return photographs per second of the bare loop in as many processes as the product has."""
        return bare_loop(self._several, [str(path) for path in paths])

    def extracted(self, paths: Sequence[Path]) -> float:
        """Return photographs per second of the product."""
        return len(paths) / seconds(lambda: require_faces(self._extractor.results(as_photos(paths)), len(paths)))


def worker_ids() -> set[int]:
    """Return the ids of the processes that this one started."""
    return {child.pid for child in active_children() if child.pid is not None}


def cpu_s(process: int) -> float:
    """Return the CPU seconds of a process since its start, of all its threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def as_photos(paths: Sequence[Path]) -> list[Photo]:
    """Return the photographs as the product takes them; without an id, they are checked for damage, too."""
    return [(None, str(path)) for path in paths]


def require_faces(results: Iterator[object], count: int) -> None:
    """Read all results, which must be faces but for a few."""
    faces = sum(isinstance(getattr(result, "face", None), Face) for result in results)
    assert faces >= 0.98 * count, f"{faces} faces in {count} photographs"


def measure_warm(loops: Loops, paths: Sequence[Path], rounds: int) -> float:
    """Take turns over the photographs; returns the median of the product's rate in twice the bare rate."""
    ratios, machine = [], []
    for number in range(rounds):
        rates: dict[str, list[float]] = {"bare": [], "several": [], "extracted": []}
        for start in range(0, len(paths), TURN):
            turn = paths[start : start + TURN]
            for name in rates if (start // TURN + number) % 2 else reversed(rates):
                rates[name].append(loops.rate(name, turn))
        bare, several, ours = (statistics.harmonic_mean(rates[name]) for name in rates)
        print(
            f"warm, {len(paths):,} photographs: {ours:.1f} per second, {bare:.1f} by the bare loop, {several:.1f} by "
            f"{PROCESSES} of them; {ours / bare / PROCESSES:.3f} of {PROCESSES} x bare, {ours / several:.3f} of both"
        )
        ratios.append(ours / bare / PROCESSES)
        machine.append(several / bare / PROCESSES)
    bare_s, _, ours_s = loops.cpu_s.values()
    milliseconds = 1000 / (rounds * len(paths))
    print(
        f"two bare loops reach {statistics.median(machine):.3f} of {PROCESSES} x bare; CPU time a photograph: "
        f"{ours_s * milliseconds:.2f} ms, {bare_s * milliseconds:.2f} in the bare loop, which is {bare_s / ours_s:.3f}"
    )
    return statistics.median(ratios)


def measure_cold(loops: Loops, paths: Sequence[Path]) -> tuple[float, float]:
    """Extract from nothing, between two bare loops; returns the rate in twice the bare rate, and peak memory in GiB."""
    some = paths[:WARM]
    before, several_before = loops.bare(some), loops.several(some)
    others = worker_ids()
    peak, spent_s = 0, 0.0

    def run() -> None:
        nonlocal peak, spent_s
        results = extract(as_photos(paths), processes=PROCESSES)
        for number, _ in enumerate(results):
            if number == len(paths) - 1 or number % WARM == WARM - 1:
                workers = worker_ids() - others
                spent_s = sum(map(cpu_s, workers))
                peak = max(peak, resident("VmHWM") + sum(resident("VmHWM", str(worker)) for worker in workers))

    ours = len(paths) / seconds(run)
    bare = statistics.harmonic_mean([before, loops.bare(some)])
    several = statistics.harmonic_mean([several_before, loops.several(some)])
    print(
        f"with start-up, {len(paths):,} photographs: {ours:.1f} per second, {bare:.1f} by the bare loop before and "
        f"after, {several:.1f} by {PROCESSES}; {ours / several:.3f} of both; "
        f"{1000 * spent_s / len(paths):.2f} ms CPU time a photograph; peak {peak / GIB:.2f} GiB"
    )
    return ours / bare / PROCESSES, peak / GIB


def measure_steps(place: Path, home: Home, paths: Sequence[Path]) -> None:
    """Print the rates of the steps of a run on a home without anything."""
    folder, count = place / "corpus", len(paths)
    folder.mkdir()
    (folder / "affect.toml").write_text(r"pattern = 'p(?P<subject>\d+)_(?P<emotion>[a-z]+)_\d+\.jpg'")
    for number, path in enumerate(paths):
        os.link(path, folder / f"p{number // 24:03d}_{EMOTIONS[number % len(EMOTIONS)]}_{number}.jpg")
    catalogue_s = seconds(lambda: ingest_folder(folder, "pattern", "benchmark", home))
    extraction_s = seconds(lambda: materialize_landmarks(home))
    print(
        f"steps of a run, {count:,} photographs: {count / catalogue_s:.1f} per second catalogued, "
        f"{count / extraction_s:.1f} extracted and stored, {count / (catalogue_s + extraction_s):.1f} both"
    )


def main() -> int:
    """Measure, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photographs", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--place", type=Path, help="folder for the photographs; a temporary one by default")
    options = parser.parse_args()
    goals = Goals()
    with tempfile.TemporaryDirectory(dir=options.place) as name, ExitStack() as stack:
        started = time.perf_counter()
        paths = write_photographs(Path(name) / "photographs", options.photographs)
        print(f"{len(paths):,} photographs written in {time.perf_counter() - started:.0f} s; {os.cpu_count()} cores")
        warm = paths[:WARM]
        loops = Loops(stack, warm[:64])
        goals.by_name["extraction_warm"] = Goal(
            measure_warm(loops, warm, options.rounds), WARM_BOUND, is_lower_bound=True
        )
        with_start, peak_gib = measure_cold(loops, paths)
        goals.by_name["extraction_with_start"] = Goal(with_start, COLD_BOUND, is_lower_bound=True)
        measure_steps(Path(name), Home(Path(name) / "home"), warm)
        goals.by_name["extraction_peak_gib"] = Goal(peak_gib, MEMORY_BOUND_GIB)
    return 0 if goals.show() else 1


if __name__ == "__main__":
    sys.exit(main())
