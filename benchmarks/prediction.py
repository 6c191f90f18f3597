"""Time predictions of photographs outside the store: one cold, one warm, and a folder against finding its faces.

Cold is the command `affect predict` in a process of its own. Warm is a `Predictor` that has predicted before. A folder
is compared with the bare loop of a script, in one process: read a file, decode it with OpenCV, run FaceMesh.
All begin with open detectors and run alternately; the median of the ratios counts. The bare loop in a process per core
is printed, too: it has no check for damage, no thumbnails and no model. The photographs show rendered people.

    python -m benchmarks.prediction --home HOME [--model lda] [--photographs 1000] [--rounds 3]

HOME is that of `affect demo`, or another with a trained model. Prints one line per goal at the end and exits with 1 if
a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.flows.steps.prediction import Predictor
from affect_store.store.sources.named_files import pictures_below
from affect_store.store.sources.synthetic.corpus import ShotRequest, render_shot
from affect_store.store.sources.synthetic.shot import INTERNAL_SCALE
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_DEG, GAZES, NEUTRAL
from benchmarks._goals import Goal

COLD_BOUND_S = 5.0
WARM_BOUND_MS = 100.0
FOLDER_BOUND = 0.9
COLD_RUNS, WARM_RUNS, CHUNK_SIZE = 5, 30, 16
SEED = 18
AFFECT = [sys.executable, "-c", "from affect_store.flows.cli.app import main; main()"]

_detector: Any = None


def render(folder: Path, count: int) -> list[Path]:
    """Render at least `count` frontal photographs of new people, on all cores; returns the first `count`."""
    folder.mkdir()
    people = range(1, 2 + count // (len(EMOTIONS) * len(GAZES)))
    shots = [
        ShotRequest(folder, SEED, person, emotion, gaze, (FRONTAL_DEG,), INTERNAL_SCALE)
        for person, emotion, gaze in product(people, EMOTIONS, GAZES)
    ]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        list(pool.map(render_shot, shots[:count], chunksize=4))
    return list(pictures_below(folder))


def open_face_mesh() -> None:
    """Open the detector of a process of the bare loop."""
    global _detector
    import cv2

    from affect_store.store.features import landmarks

    cv2.setNumThreads(1)
    landmarks.without_tensorflow()
    _detector = landmarks.open_detector()


def find_faces(paths: Sequence[str]) -> int:
    """The bare loop over some files: read, decode, FaceMesh; returns the number of faces."""
    import cv2
    import numpy as np

    faces = 0
    for path in paths:
        bgr = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
        faces += bool(_detector.process({"image": cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)}).multi_face_landmarks)
    return faces


def seconds(function: Callable[[], object]) -> float:
    """Return the wall seconds of one call."""
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def time_cold(home: Path, model: str, photograph: Path, neutral: Path) -> float:
    """Return the median seconds of the command for one photograph, after one run that fills the disk's cache."""
    command = [*AFFECT, "predict", str(photograph), "--neutral", str(neutral), "--model", model, "--csv"]
    environment = os.environ | {"AFFECT_HOME": str(home)}

    def run() -> None:
        subprocess.run(command, env=environment, check=True, capture_output=True)

    run()
    return statistics.median(seconds(run) for _ in range(COLD_RUNS))


def bare_loop(pool: ProcessPoolExecutor, names: Sequence[str]) -> float:
    """Return the photographs per second of the bare loop in the processes of a pool."""
    chunks = [names[start : start + CHUNK_SIZE] for start in range(0, len(names), CHUNK_SIZE)]
    return len(names) / seconds(lambda: list(pool.map(find_faces, chunks)))


def time_folder(predictor: Predictor, paths: Sequence[Path], neutral: Path, rounds: int) -> list[tuple[float, ...]]:
    """Return photographs per second of the predictor, of the bare loop, and of that on all cores, by round."""
    names = [str(path) for path in paths]
    context, cores = get_context("spawn"), os.cpu_count() or 1
    with (
        ProcessPoolExecutor(1, mp_context=context, initializer=open_face_mesh) as single,
        ProcessPoolExecutor(cores, mp_context=context, initializer=open_face_mesh) as parallel,
    ):
        some = names[: 2 * CHUNK_SIZE * cores]
        predictor.predict(some, neutral=neutral)
        bare_loop(single, some)
        bare_loop(parallel, some)
        return [
            (
                len(names) / seconds(lambda: predictor.predict(names, neutral=neutral)),
                bare_loop(single, names),
                bare_loop(parallel, names),
            )
            for _ in range(rounds)
        ]


def measure(home: Path, model: str, paths: Sequence[Path], rounds: int) -> dict[str, Goal]:
    """Return the goals with their figures."""
    neutral = next(path for path in paths if f"_{NEUTRAL}_" in path.name)
    photograph = next(path for path in paths if path != neutral)
    cold_s = time_cold(home, model, photograph, neutral)
    with Predictor.load(home, model) as predictor:
        print(f"{predictor.name}, run {predictor.run_id}: {predictor.choice}")
        predictor.predict(photograph, neutral=neutral)
        warm_s = [seconds(lambda: predictor.predict(photograph, neutral=neutral)) for _ in range(WARM_RUNS)]
        speeds = time_folder(predictor, paths, neutral, rounds)
    for ours, bare, parallel in speeds:
        print(
            f"{len(paths):,} photographs: {ours:.1f} per second predicted, {bare:.1f} by the bare loop, "
            f"{parallel:.1f} by the bare loop on {os.cpu_count()} cores"
        )
    of_bare_loop = statistics.median(ours / bare for ours, bare, _ in speeds)
    return {
        "one_photograph_cold_s": Goal(cold_s, COLD_BOUND_S),
        "one_photograph_warm_ms": Goal(1000 * statistics.median(warm_s), WARM_BOUND_MS),
        "folder_of_bare_loop": Goal(of_bare_loop, FOLDER_BOUND, is_lower_bound=True),
    }


def main() -> int:
    """Measure, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--model", default="champion")
    parser.add_argument("--photographs", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = render(Path(folder) / "photographs", options.photographs)
        goals = measure(options.home, options.model, paths, options.rounds)
    for name, goal in goals.items():
        print(f"goal {name} {goal.figure:.4g} {goal.bound:.4g} {'met' if goal.is_met else 'missed'}")
    return 0 if all(goal.is_met for goal in goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
