"""Time a training epoch, against the notebook's way and against plain `fit` on arrays in memory.

Trains the published CNN, MM1 and MM2 on 4,824 synthetic photographs in three ways, each in a separate process:

- ours: rows in Arrow memory as they come from the store (bytes and float32), tf.data, compiled graphs;
- the notebook's: float64 arrays in memory, eager execution;
- plain: float32 arrays in memory, compiled graphs.

All three get the same dtype of images, numbers from 0 to 255. The first epoch is a warm-up; of the others the fastest
counts, as `timeit` advises: on a shared machine an epoch occasionally takes 1.7 times as long (all are printed). The
ways alternate. Peak memory is that of the process, including TensorFlow.

    .venv/bin/python benchmarks/training.py [--photographs 4824] [--rounds 2]

Prints one line per goal at the end and exits with 1 if a goal is missed. Takes about half an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

SYSTEMS = ("cnn", "mm1", "mm2")
OURS, NOTEBOOKS, PLAIN = "ours", "notebook's", "plain"
WAYS = (OURS, NOTEBOOKS, PLAIN)
EPOCHS = {OURS: 3, NOTEBOOKS: 1, PLAIN: 3}
"""Measured epochs per process; eager epochs are slow and far from their bound."""


def timed(system: str, way: str, photographs: int) -> dict[str, Any]:
    """Return the seconds of each epoch after the warm-up, and the peak memory in MB, of this process."""
    from affect_store.models.backend import keras, make_repeatable
    from affect_store.models.networks import published_recipe
    from affect_store.models.settings import settings

    make_repeatable(1, is_repeatable=False)
    hyperparameters = settings(system, "published")
    model = published_recipe.build(system)
    data, labels = synthetic_data(system, way, photographs)
    if way != OURS:  # the same network with float inputs
        model = keras.models.clone_model(model, input_tensors=_float_inputs(model, way))
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"], run_eagerly=way == NOTEBOOKS)
    options: dict[str, Any] = {"epochs": 1, "verbose": 0}
    if way != OURS:
        options |= {"y": labels, "batch_size": hyperparameters.batch}
    seconds = []
    for _ in range(1 + EPOCHS[way]):
        started = time.perf_counter()
        model.fit(data, shuffle=way != OURS, **options)
        seconds.append(time.perf_counter() - started)
    return {"seconds": seconds[1:], "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _float_inputs(model: Any, way: str) -> Any:
    from affect_store.models.backend import keras

    dtype = "float64" if way == NOTEBOOKS else "float32"
    return {name: keras.Input(tensor.shape[1:], dtype=dtype, name=name) for name, tensor in model.input.items()}


def synthetic_data(system: str, way: str, photographs: int) -> tuple[Any, Any]:
    """Return the training set for one way: a tf.data dataset, or arrays and their labels."""
    import numpy as np

    from affect_store.models.rows import IMAGE_SHAPE, VECTOR_SHAPE
    from affect_store.models.systems import IMAGE_INPUTS, SYSTEMS
    from affect_store.store.vocabulary import EMOTIONS

    random = np.random.default_rng(0)
    names, labels = SYSTEMS[system].inputs, random.integers(0, len(EMOTIONS), photographs)
    if way == OURS:
        return _arrow_dataset(names, labels, random), None
    dtype = np.float64 if way == NOTEBOOKS else np.float32
    shapes = {name: IMAGE_SHAPE if name in IMAGE_INPUTS else VECTOR_SHAPE for name in names}
    arrays = {
        name: random.random((photographs, *shape), dtype=np.float32).astype(dtype)
        if name not in IMAGE_INPUTS
        else random.integers(0, 256, (photographs, *shape), dtype=np.uint8).astype(dtype)
        for name, shape in shapes.items()
    }
    return arrays, np.eye(len(EMOTIONS), dtype=dtype)[labels]


def _arrow_dataset(names: tuple[str, ...], labels: Any, random: Any) -> Any:
    import numpy as np
    import pyarrow as pa

    from affect_store.models.rows import select_rows
    from affect_store.models.systems import IMAGE_INPUTS
    from affect_store.models.training.dataset import batches
    from affect_store.store.vocabulary import PIXEL_BYTES, VECTOR_LENGTH

    columns = {"label": pa.array(labels.astype(np.uint8))}
    for name in names:
        if name in IMAGE_INPUTS:
            ends = pa.py_buffer(np.arange(len(labels) + 1, dtype=np.int32) * PIXEL_BYTES)
            values = pa.py_buffer(random.integers(0, 256, len(labels) * PIXEL_BYTES, dtype=np.uint8))
            columns[name] = pa.Array.from_buffers(pa.binary(), len(labels), [None, ends, values])
        else:
            flat = pa.array(random.random(len(labels) * VECTOR_LENGTH, dtype=np.float32))
            columns[name] = pa.FixedSizeListArray.from_arrays(flat, VECTOR_LENGTH)
    rows = select_rows(pa.table(columns), {name: name for name in names})
    return batches(rows, size=32, shuffle_seed=1)


def run_in_subprocess(system: str, way: str, photographs: int) -> dict[str, Any]:
    """Run `timed` in a separate process."""
    command = [sys.executable, "-m", "benchmarks.training", "--only", system, way, "--photographs", str(photographs)]
    completed = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    result: dict[str, Any] = json.loads(completed.stdout.splitlines()[-1])
    return result


def goal(name: str, figure: float, bound: float, *, is_lower_bound: bool = False) -> bool:
    """Print a goal's line and return whether it is met: `figure` at most `bound`, or at least with `is_lower_bound`."""
    is_met = figure >= bound if is_lower_bound else figure <= bound
    print(f"goal {name} {figure:.4g} {bound:.4g} {'met' if is_met else 'missed'}")
    return is_met


def main() -> int:
    """Measure, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photographs", type=int, default=4824)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", nargs=2, metavar=("SYSTEM", "WAY"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        system, way = options.only
        print(json.dumps(timed(system, way, options.photographs)))
        return 0
    goals = []
    for system in SYSTEMS:
        results: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
        for _ in range(options.rounds):
            for way in WAYS:
                results[way].append(run_in_subprocess(system, way, options.photographs))
        epochs = {way: sorted(s for result in results[way] for s in result["seconds"]) for way in WAYS}
        seconds = {way: epochs[way][0] for way in WAYS}
        peaks = {way: statistics.median(result["peak_mb"] for result in results[way]) for way in WAYS}
        for way in WAYS:
            listed = ", ".join(f"{duration:.1f}" for duration in epochs[way])
            print(f"{system:>4} {way:>11}: {listed} s per epoch, peak {peaks[way]:6.0f} MB", flush=True)
        if system == "mm1":
            goals.append(
                goal(
                    "mm1_times_faster_than_the_notebooks_way",
                    seconds[NOTEBOOKS] / seconds[OURS],
                    2,
                    is_lower_bound=True,
                )
            )
            goals.append(goal("mm1_share_of_the_notebooks_peak_memory", peaks[OURS] / peaks[NOTEBOOKS], 0.5))
        goals.append(goal(f"{system}_times_plain_fit", seconds[OURS] / seconds[PLAIN], 1.1))
    return 0 if all(goals) else 1


if __name__ == "__main__":
    sys.exit(main())
