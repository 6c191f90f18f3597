"""Time the batched computation of delta features against the notebook's loop, and compare their values.

The corpus has the 4,824 photographs of RaFD's design, with synthetic landmarks. The product's side selects the rows of
both faces and calls the transforms in slices, as `affect_store.flows.deltas` does; it runs several times before and
after the notebook's side, and the median counts. The notebook's side is written here: for each image it looks up both
rows by index in a pandas frame and loops over landmarks and coordinates in Python. It runs once over all images. The
same loop over NumPy rows and over Python lists, as a more careful author would write it, is timed on a sample; these
ratios are printed too.

    python -m benchmarks.deltas

Prints one line per goal at the end and exits with 1 if a goal is missed. Takes a minute or two.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.flows.steps.delta_features import BATCH_SIZE
from affect_store.store.features import deltas as transforms
from affect_store.store.features.references import REFERENCE_RULES
from affect_store.store.types import FloatArray
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT, VECTOR_LENGTH
from benchmarks._synthetic_corpus import Photographs, photographs

UNIT_BOUND = 200.0
ALIGNED_BOUND = 50.0
SAME_VALUES_BOUND = 1e-6
REPEATS = 10
WARM_UP_IMAGES = 20
SAMPLED_IMAGES = 500
FASTER_ROWS: tuple[Callable[[pd.Series], Any], ...] = (pd.Series.to_numpy, pd.Series.tolist)

Pairs = Mapping[str, str]
"""Image id -> id of its reference."""


def pairs(corpus: Photographs, kind: str) -> Pairs:
    """Return the reference of every photograph that has one."""
    references = REFERENCE_RULES[kind](corpus.shots)
    return {image_id: reference.image_id for image_id, reference in references.items() if reference.image_id}


def notebook(
    frame: pd.DataFrame, references: Pairs, values: Callable[[pd.Series], Any] = lambda row: row
) -> NDArray[np.float64]:
    """Return the unit vectors (n, 1404) float64 of the images, computed coordinate by coordinate.

    `values` converts a row of the frame for the loop; the notebook reads the row itself.
    """
    result = np.zeros((len(references), VECTOR_LENGTH))
    for row, (image_id, reference_id) in enumerate(references.items()):
        face, reference, vectors = values(frame.loc[image_id]), values(frame.loc[reference_id]), result[row]
        for first in range(0, LANDMARK_COUNT * AXES, AXES):
            squares = 0.0
            for index in range(first, first + AXES):
                difference = face[index] - reference[index]
                vectors[index] = difference
                squares += difference * difference
            length = math.sqrt(squares)
            for index in range(first, first + AXES):
                vectors[index] /= length
    return result


def product(corpus: Photographs, kind: str, references: Pairs) -> Iterator[FloatArray]:
    """Yield the vectors (n, 468, 3) of the images by the product's transform, one array per slice as in a run."""
    row_of = {shot.image_id: row for row, shot in enumerate(corpus.shots)}
    rows = np.array([(row_of[image_id], row_of[reference_id]) for image_id, reference_id in references.items()])
    buffers = np.empty((2, BATCH_SIZE, LANDMARK_COUNT, AXES), np.float32)
    for start in range(0, len(rows), BATCH_SIZE):
        chosen = rows[start : start + BATCH_SIZE].T
        faces, reference_faces = (
            np.take(corpus.faces, indices, axis=0, out=buffer[: len(indices)], mode="clip")
            for indices, buffer in zip(chosen, buffers, strict=True)
        )
        if kind == "frontal_unit":
            yield transforms.frontal_unit(faces, reference_faces).xyz
        else:
            sizes = [corpus.sizes_px[indices] for indices in chosen]
            yield transforms.aligned(faces, reference_faces, faces_size_px=sizes[0], references_size_px=sizes[1]).xyz


def seconds(function: Callable[[], object]) -> float:
    """Return the wall seconds of one call."""
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def goal(name: str, figure: float, bound: float, *, met: bool) -> bool:
    """Print a goal's line and return whether it is met."""
    print(f"goal {name} {figure:.4g} {bound:.4g} {'met' if met else 'missed'}")
    return met


def time_product(corpus: Photographs, pairs_by_kind: Mapping[str, Pairs]) -> dict[str, list[float]]:
    """Return repeated timings of the product's side by kind; each slice is released before the next, as in a run."""
    times: dict[str, list[float]] = {kind: [] for kind in pairs_by_kind}
    for _ in range(REPEATS):
        for kind, references in pairs_by_kind.items():
            times[kind].append(seconds(partial(deque, product(corpus, kind, references), maxlen=0)))
    return times


def measure(corpus: Photographs) -> tuple[dict[str, float], float]:
    """Return the speed-up of each kind, and the largest difference between the two sides' `frontal_unit` values."""
    pairs_by_kind = {kind: pairs(corpus, kind) for kind in REFERENCE_RULES}
    frame = pd.DataFrame(corpus.faces.reshape(len(corpus.faces), -1), index=[shot.image_id for shot in corpus.shots])
    sample = dict(islice(pairs_by_kind["frontal_unit"].items(), SAMPLED_IMAGES))
    vectors = np.concatenate(list(product(corpus, "frontal_unit", pairs_by_kind["frontal_unit"]))).reshape(
        -1, VECTOR_LENGTH
    )
    time_product(corpus, pairs_by_kind)
    notebook(frame, dict(islice(sample.items(), WARM_UP_IMAGES)))
    before = time_product(corpus, pairs_by_kind)
    started = time.perf_counter()
    expected = notebook(frame, pairs_by_kind["frontal_unit"])
    loops_s = [time.perf_counter() - started]
    after = time_product(corpus, pairs_by_kind)
    scale = len(expected) / len(sample)
    loops_s += [scale * seconds(partial(notebook, frame, sample, values)) for values in FASTER_ROWS]
    print(f"{len(corpus.shots):,} images, {len(expected):,} with a frontal reference. The notebook's loop over these:")
    print("{:.2f} s; with NumPy rows {:.2f} s, with Python lists {:.2f} s".format(*loops_s), end="")
    print(f" (scaled from {len(sample)} images)")
    ratios = {kind: _speed_up(kind, before[kind] + after[kind], loops_s) for kind in REFERENCE_RULES}
    return ratios, float(np.abs(vectors - expected).max())


def _speed_up(kind: str, times: list[float], loops_s: list[float]) -> float:
    """Print the timings of one kind and return its speed-up over the notebook's loop."""
    median = statistics.median(times)
    ratios = [loop_s / median for loop_s in loops_s]
    print(
        f"{kind:<12} {median:.4f} s (of {len(times)}: min {min(times):.4f}, max {max(times):.4f}), "
        "{:.0f} times faster ({:.0f} and {:.0f} times)".format(*ratios)
    )
    return ratios[0]


def main() -> int:
    """Measure, print the goals, and return 1 if one is missed."""
    ratios, difference = measure(photographs())
    unit, aligned = ratios["frontal_unit"], ratios["aligned"]
    goals = [
        goal("frontal_unit_times_faster", unit, UNIT_BOUND, met=unit >= UNIT_BOUND),
        goal("frontal_unit_values_apart", difference, SAME_VALUES_BOUND, met=difference <= SAME_VALUES_BOUND),
        goal("aligned_times_faster", aligned, ALIGNED_BOUND, met=aligned >= ALIGNED_BOUND),
    ]
    return 0 if all(goals) else 1


if __name__ == "__main__":
    sys.exit(main())
