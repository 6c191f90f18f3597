"""What does an epoch cost, against the notebook's way and against plain `fit` on arrays in memory?

Trains the published CNN, MM1 and MM2 on 4,824 made-up photographs in three ways, each in a process of its own:

- ours: rows in Arrow's memory as they come from the store (bytes and float32), tf.data, compiled graphs;
- the notebook's: float64 arrays in memory, eager execution;
- plain: float32 arrays in memory, compiled graphs.

All three get the same kind of pictures, numbers from 0 to 255. The first epoch of each is not counted; of the others
the quickest is, as `timeit` advises: on a shared machine the same epoch of the same process takes now and then 1.7
times as long (all are printed). The ways take turns. Peak memory is the process's own, TensorFlow included.

    .venv/bin/python benchmarks/training.py [--photographs 4824] [--rounds 2]

Closes with one line a goal, and exits with 1 if one is missed. It takes about half an hour on two cores.
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

if __name__ == "__main__" and __package__ is None:  # run as a file: this folder's `store.py` must not hide the package
    sys.path[0] = str(Path(__file__).parents[1])

SYSTEMS = ("cnn", "mm1", "mm2")
OURS, NOTEBOOKS, PLAIN = "ours", "notebook's", "plain"
WAYS = (OURS, NOTEBOOKS, PLAIN)
EPOCHS = {OURS: 3, NOTEBOOKS: 1, PLAIN: 3}
"""Counted epochs of a process; eager ones take long, and are far from their bound."""


def timed(system: str, way: str, photographs: int) -> dict[str, Any]:
    """Seconds of each epoch after a first one, and the peak memory in MB, of this very process."""
    from models import published
    from models.backend import keras, make_repeatable
    from models.settings import settings

    make_repeatable(1, is_repeatable=False)
    chosen = settings(system, "published")
    model = published.build(system)
    data, labels = made_up(system, way, photographs)
    if way != OURS:  # the same network, fed with floats
        model = keras.models.clone_model(model, input_tensors=_float_inputs(model, way))
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"], run_eagerly=way == NOTEBOOKS)
    options: dict[str, Any] = {"epochs": 1, "verbose": 0}
    if way != OURS:
        options |= {"y": labels, "batch_size": chosen.batch}
    seconds = []
    for _ in range(1 + EPOCHS[way]):
        started = time.perf_counter()
        model.fit(data, shuffle=way != OURS, **options)
        seconds.append(time.perf_counter() - started)
    return {"seconds": seconds[1:], "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _float_inputs(model: Any, way: str) -> Any:
    from models.backend import keras

    kind = "float64" if way == NOTEBOOKS else "float32"
    return {name: keras.Input(tensor.shape[1:], dtype=kind, name=name) for name, tensor in model.input.items()}


def made_up(system: str, way: str, photographs: int) -> tuple[Any, Any]:
    """The training set in the form of the way: a tf.data set, or arrays with their labels."""
    import numpy as np

    from models.rows import IMAGE_SHAPE, VECTOR_SHAPE
    from models.systems import PICTURES, SYSTEMS
    from store.vocabulary import EMOTIONS

    random = np.random.default_rng(0)
    names, labels = SYSTEMS[system].inputs, random.integers(0, len(EMOTIONS), photographs)
    if way == OURS:
        return _stored(names, labels, random), None
    kind = np.float64 if way == NOTEBOOKS else np.float32
    shapes = {name: IMAGE_SHAPE if name in PICTURES else VECTOR_SHAPE for name in names}
    arrays = {
        name: random.random((photographs, *shape), dtype=np.float32).astype(kind)
        if name not in PICTURES
        else random.integers(0, 256, (photographs, *shape), dtype=np.uint8).astype(kind)
        for name, shape in shapes.items()
    }
    return arrays, np.eye(len(EMOTIONS), dtype=kind)[labels]


def _stored(names: tuple[str, ...], labels: Any, random: Any) -> Any:
    import numpy as np
    import pyarrow as pa

    from models.dataset import batches
    from models.rows import select
    from models.systems import PICTURES
    from store.vocabulary import PIXEL_BYTES, VECTOR_LENGTH

    columns = {"label": pa.array(labels.astype(np.uint8))}
    for name in names:
        if name in PICTURES:
            ends = pa.py_buffer(np.arange(len(labels) + 1, dtype=np.int32) * PIXEL_BYTES)
            values = pa.py_buffer(random.integers(0, 256, len(labels) * PIXEL_BYTES, dtype=np.uint8))
            columns[name] = pa.Array.from_buffers(pa.binary(), len(labels), [None, ends, values])
        else:
            flat = pa.array(random.random(len(labels) * VECTOR_LENGTH, dtype=np.float32))
            columns[name] = pa.FixedSizeListArray.from_arrays(flat, VECTOR_LENGTH)
    rows = select(pa.table(columns), {name: name for name in names})
    return batches(rows, size=32, shuffle_seed=1)


def measured(system: str, way: str, photographs: int) -> dict[str, Any]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.training", "--one", system, way, "--photographs", str(photographs)]
    done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    return json.loads(done.stdout.splitlines()[-1])


def goal(name: str, figure: float, bound: float, *, is_least: bool = False) -> bool:
    """Print one goal's line; the figure must not be greater than the bound, or not smaller with `is_least`."""
    is_met = figure >= bound if is_least else figure <= bound
    print(f"goal {name} {figure:.4g} {bound:.4g} {'met' if is_met else 'missed'}")
    return is_met


def main() -> int:
    """Measure, print, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photographs", type=int, default=4824)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--one", nargs=2, metavar=("SYSTEM", "WAY"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        system, way = asked.one
        print(json.dumps(timed(system, way, asked.photographs)))
        return 0
    goals = []
    for system in SYSTEMS:
        found: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
        for _ in range(asked.rounds):
            for way in WAYS:
                found[way].append(measured(system, way, asked.photographs))
        every = {way: sorted(one for each in found[way] for one in each["seconds"]) for way in WAYS}
        seconds = {way: every[way][0] for way in WAYS}
        peaks = {way: statistics.median(one["peak_mb"] for one in found[way]) for way in WAYS}
        for way in WAYS:
            told = ", ".join(f"{one:.1f}" for one in every[way])
            print(f"{system:>4} {way:>11}: {told} s an epoch, peak {peaks[way]:6.0f} MB", flush=True)
        if system == "mm1":
            goals.append(
                goal("mm1_times_faster_than_the_notebooks_way", seconds[NOTEBOOKS] / seconds[OURS], 2, is_least=True)
            )
            goals.append(goal("mm1_share_of_the_notebooks_peak_memory", peaks[OURS] / peaks[NOTEBOOKS], 0.5))
        goals.append(goal(f"{system}_times_plain_fit", seconds[OURS] / seconds[PLAIN], 1.1))
    return 0 if all(goals) else 1


if __name__ == "__main__":
    sys.exit(main())
