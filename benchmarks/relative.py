"""Measure what deltas relative to the person gain on another corpus, by how many photographs are predicted together.

    python -m benchmarks.relative --home HOME

HOME has pairs of corpora to train and test on: `affect train --on A --test B --model lda,relative_lda`. For each
current pair, `lda` and `relative_lda` are trained as that command does. Then `relative_lda` predicts the test
photographs as if only some photographs of each person were predicted together: a number drawn at random, or those of
one emotion. Nothing in the home changes. Prints accuracies, and takes seconds for each thousand photographs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.flows.steps.run_execution import rows_of
from affect_store.flows.steps.run_specs import TrainingRequest, run_specs_for
from affect_store.models.systems import CORRECTED
from affect_store.models.training.fit import FitOptions, fit
from affect_store.models.training.fitted import FittedSystem
from affect_store.models.training.predict import predict
from affect_store.store.engine import reader
from affect_store.store.engine.reader import FrozenSplit
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.offline import relative_rows

SIZES = (1, 2, 4, 8, 16, 32)
"""Numbers of photographs of a person that are predicted together."""

PAIRS = "SELECT DISTINCT split_id, trained_on, tested_on FROM registry.cross_corpus ORDER BY ALL"


def trained(home: Home, split: FrozenSplit, model: str) -> tuple[FittedSystem, pa.Table]:
    """Return a model of the pair's training part, and the rows of its test part."""
    (spec,) = run_specs_for([split], {}, TrainingRequest([model], CORRECTED))
    rows = rows_of(home, spec)
    return fit(model, CORRECTED, rows["train"], rows["validate"], FitOptions(spec.seed)), rows["test"]


def accuracy(fitted: FittedSystem, rows: pa.Table) -> float:
    """Return the accuracy on the rows that have all inputs."""
    truth = dict(zip(rows["image_id"].to_pylist(), rows["label"].to_pylist(), strict=True))
    predicted = predict(fitted, rows).select("image_id", "predicted").iter_rows()
    return float(np.mean([truth[image_id] == label for image_id, label in predicted]))


def together(rows: pa.Table, groups: Sequence[str]) -> pa.Table:
    """Return the rows as if the photographs of each group, and no others, were predicted together."""
    column = relative_rows.column_of(rows.column(relative_rows.FEATURE), groups)
    return rows.set_column(rows.schema.get_field_index(relative_rows.COLUMN), relative_rows.COLUMN, column)


def drawn(people: NDArray[np.str_], size: int, random: np.random.Generator) -> list[str]:
    """Return groups of `size` photographs of a person, drawn at random; the last one of each has the rest."""
    groups = np.empty(len(people), dtype=object)
    for person in np.unique(people):
        own = random.permutation(np.flatnonzero(people == person))
        groups[own] = [f"{person} {place // size}" for place in range(len(own))]
    return list(groups)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    home = Home(parser.parse_args(arguments).home)
    with open_work(home) as connection:
        pairs = reader.query_text(connection, PAIRS).rows()
        splits = [reader.frozen_split(connection, split_id) for split_id, _, _ in pairs]
    for (_, on, test), split in zip(pairs, splits, strict=True):
        print(f"trained on {on}, tested on {test}: lda {accuracy(*trained(home, split, 'lda')):.3f}")
        fitted, rows = trained(home, split, "relative_lda")
        people, random = np.array(rows["subject_id"].to_pylist(), str), np.random.default_rng(0)
        print(f"  relative_lda, all photographs of a person: {accuracy(fitted, rows):.3f}")
        for size in SIZES:
            scored = accuracy(fitted, together(rows, drawn(people, size, random)))
            print(f"  {size:3d} photographs of a person: {scored:.3f}")
        pairs_of = zip(people, rows["emotion"].to_pylist(), strict=True)
        one_emotion = [f"{person} {emotion}" for person, emotion in pairs_of]
        print(f"  those of one emotion: {accuracy(fitted, together(rows, one_emotion)):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
