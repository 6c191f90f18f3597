"""How much faster are delta features in whole batches than in the notebook's loop, and are they the same numbers?

The 4,824 photographs of a corpus of RaFD's design, with synthetic landmarks. The product's side finds the rows of both
faces and calls the transforms in slices, as `flows.deltas` does; it runs several times before the notebook's side and
after it, and the median counts. The notebook's side is written here: for each image a look-up of both rows by name in
a pandas frame (by its index, the quickest way), then a Python loop over the landmarks and coordinates of the rows. It
runs once over all images. The same loop over the rows as NumPy arrays and as Python's own numbers, which a more careful
author would write, is timed on some images; the ratios to it are told beside the others.

    python -m benchmarks.deltas

Closes with one line a goal, and exits with 1 if one is missed. Takes a minute or two.
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
import pandas as pd  # type: ignore[import-untyped]

if __name__ == "__main__" and __package__ is None:  # run as a file: this folder's `store.py` must not hide the package
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks._corpus import Photographs, photographs
from flows.deltas import COMPUTED_AT_ONCE
from store.features import deltas as transforms
from store.features.references import RULES
from store.types import FloatArray
from store.vocabulary import AXES, LANDMARK_COUNT, VECTOR_LENGTH

UNIT_BOUND = 200.0
ALIGNED_BOUND = 50.0
SAME_VALUES_BOUND = 1e-6
REPEATS = 10
WARMING_IMAGES = 20
SAMPLED_IMAGES = 500
QUICKER: tuple[Callable[[pd.Series], Any], ...] = (pd.Series.to_numpy, pd.Series.tolist)

Pairs = Mapping[str, str]
"""Id of the reference by id of the image."""


def pairs(corpus: Photographs, kind: str) -> Pairs:
    """Image and reference of every photograph that has one."""
    chosen = RULES[kind](corpus.shots)
    return {image_id: one.image_id for image_id, one in chosen.items() if one.image_id}


def notebook(frame: pd.DataFrame, wanted: Pairs, values: Callable[[pd.Series], Any] = lambda row: row) -> np.ndarray:
    """Unit vectors (n, 1404) float64 of the images: one image, one landmark, one coordinate after the other.

    `values` makes a row of the frame into what the loop reads; the notebook reads the row itself.
    """
    found = np.zeros((len(wanted), VECTOR_LENGTH))
    for row, (image_id, reference_id) in enumerate(wanted.items()):
        face, reference, vectors = values(frame.loc[image_id]), values(frame.loc[reference_id]), found[row]
        for first in range(0, LANDMARK_COUNT * AXES, AXES):
            squares = 0.0
            for place in range(first, first + AXES):
                difference = face[place] - reference[place]
                vectors[place] = difference
                squares += difference * difference
            length = math.sqrt(squares)
            for place in range(first, first + AXES):
                vectors[place] /= length
    return found


def product(corpus: Photographs, kind: str, wanted: Pairs) -> Iterator[FloatArray]:
    """The vectors (n, 468, 3) of the images by the product's transform, one array a slice as in a run."""
    row_of = {shot.image_id: row for row, shot in enumerate(corpus.shots)}
    rows = np.array([(row_of[image_id], row_of[reference_id]) for image_id, reference_id in wanted.items()])
    held = np.empty((2, COMPUTED_AT_ONCE, LANDMARK_COUNT, AXES), np.float32)
    for start in range(0, len(rows), COMPUTED_AT_ONCE):
        chosen = rows[start : start + COMPUTED_AT_ONCE].T
        faces, references = (
            np.take(corpus.faces, some, axis=0, out=to[: len(some)], mode="clip")
            for some, to in zip(chosen, held, strict=True)
        )
        if kind == "frontal_unit":
            yield transforms.frontal_unit(faces, references).xyz
        else:
            sizes = [corpus.sizes_px[some] for some in chosen]
            yield transforms.aligned(faces, references, faces_size_px=sizes[0], references_size_px=sizes[1]).xyz


def seconds(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def goal(name: str, figure: float, bound: float, *, met: bool) -> bool:
    """Print one goal's line."""
    print(f"goal {name} {figure:.4g} {bound:.4g} {'met' if met else 'missed'}")
    return met


def ours(corpus: Photographs, wanted: Mapping[str, Pairs]) -> dict[str, list[float]]:
    """Seconds of the product's side by kind, several times; each slice is dropped before the next, as in a run."""
    times: dict[str, list[float]] = {kind: [] for kind in wanted}
    for _ in range(REPEATS):
        for kind, some in wanted.items():
            times[kind].append(seconds(partial(deque, product(corpus, kind, some), maxlen=0)))
    return times


def measure(corpus: Photographs) -> tuple[dict[str, float], float]:
    """How many times faster each kind is, and how far the two sides' values of `frontal_unit` are from each other."""
    wanted = {kind: pairs(corpus, kind) for kind in RULES}
    frame = pd.DataFrame(corpus.faces.reshape(len(corpus.faces), -1), index=[one.image_id for one in corpus.shots])
    sample = dict(islice(wanted["frontal_unit"].items(), SAMPLED_IMAGES))
    vectors = np.concatenate(list(product(corpus, "frontal_unit", wanted["frontal_unit"]))).reshape(-1, VECTOR_LENGTH)
    ours(corpus, wanted)
    notebook(frame, dict(islice(sample.items(), WARMING_IMAGES)))
    before = ours(corpus, wanted)
    started = time.perf_counter()
    theirs = notebook(frame, wanted["frontal_unit"])
    loops_s = [time.perf_counter() - started]
    after = ours(corpus, wanted)
    scale = len(theirs) / len(sample)
    loops_s += [scale * seconds(partial(notebook, frame, sample, values)) for values in QUICKER]
    print(f"{len(corpus.shots):,} images, {len(theirs):,} of them with a frontal reference. The notebook's loop over")
    print("these {:.2f} s; over NumPy's rows {:.2f} s, over Python's numbers {:.2f} s".format(*loops_s), end="")
    print(f" (scaled from {len(sample)} images)")
    ratios = {kind: _told(kind, before[kind] + after[kind], loops_s) for kind in RULES}
    return ratios, float(np.abs(vectors - theirs).max())


def _told(kind: str, times: list[float], loops_s: list[float]) -> float:
    """Print one kind's times; returns how many times faster than the notebook's loop."""
    median = statistics.median(times)
    ratios = [one / median for one in loops_s]
    print(
        f"{kind:<12} {median:.4f} s (of {len(times)}: least {min(times):.4f}, greatest {max(times):.4f}), "
        "{:.0f} times faster ({:.0f} and {:.0f} times)".format(*ratios)
    )
    return ratios[0]


def main() -> int:
    """Measure, print, and say whether the goals are met."""
    ratios, apart = measure(photographs())
    unit, aligned = ratios["frontal_unit"], ratios["aligned"]
    goals = [
        goal("frontal_unit_times_faster", unit, UNIT_BOUND, met=unit >= UNIT_BOUND),
        goal("frontal_unit_values_apart", apart, SAME_VALUES_BOUND, met=apart <= SAME_VALUES_BOUND),
        goal("aligned_times_faster", aligned, ALIGNED_BOUND, met=aligned >= ALIGNED_BOUND),
    ]
    return 0 if all(goals) else 1


if __name__ == "__main__":
    sys.exit(main())
