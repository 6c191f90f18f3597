"""Compare all features of photographs as training reads them with those that prediction computes, value by value.

Rendered people are catalogued and extracted in a new home. Then their files are given to the functions of `Predictor`,
as new photographs of a person in the store: decoding and faces anew, neutral photographs from the store. Every value of
every feature, and of the reference photographs, must be equal bit by bit, and the same photographs must lack a value.

    python -m benchmarks.prediction_features [--people 9]

Nine people have 216 photographs: eight emotions from three cameras. Prints one line per goal at the end and exits with
1 if a goal is missed. Takes two minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.flows.steps import neutral_photographs, trained_model
from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.extraction import materialize_landmarks
from affect_store.flows.steps.prediction_rows import extracted_features, options_and_versions, rows_of
from affect_store.models.systems import input_columns
from affect_store.store.features.extract import Extractor
from affect_store.store.features.feature_views import PUBLISHED_FEATURES
from affect_store.store.home import Home
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.sources.synthetic.corpus import ShotRequest, render_shot
from affect_store.store.sources.synthetic.shot import INTERNAL_SCALE
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_GAZE, USED_ANGLES_DEG
from benchmarks._goals import Goal

CORPUS, SEED = "benchmark", 18
FEWEST = 200
"""Photographs that must be compared."""

SYSTEMS = (("appearance_lda", "corrected"), ("relative_lda", "corrected"), ("mm2", "published"))
"""Model and recipe of systems that together read every column of a training row."""

COLUMNS = frozenset(column for system in SYSTEMS for column in input_columns(*system).values())

Values = dict[str, dict[str, bytes]]
"""By column, the bytes of the values of each photograph that has one."""


def render(folder: Path, people: int) -> None:
    """Render photographs of people, of all emotions and cameras, on all cores."""
    folder.mkdir()
    shots = [
        ShotRequest(folder, SEED, person, emotion, FRONTAL_GAZE, USED_ANGLES_DEG, INTERNAL_SCALE)
        for person, emotion in product(range(1, people + 1), EMOTIONS)
    ]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        list(pool.map(render_shot, shots, chunksize=2))


def trained_on(home: Home) -> Values:
    """Return the values as training reads them from the store."""
    values: Values = {column: {} for column in COLUMNS}
    with FeatureStore.open_work(home) as store:
        for model, recipe in SYSTEMS:
            columns = input_columns(model, recipe).values()
            rows = store.rows(store.get_features(f"{model}.{recipe}"), columns)
            for column in columns:
                values[column] |= _bytes_of(rows, column)
    return values


def predicted_on(home: Home, folder: Path) -> Values:
    """Return the values as prediction computes them from the files, with the neutral photographs of the store."""
    values: Values = {column: {} for column in COLUMNS}
    options, versions = options_and_versions("", {})
    with FeatureStore.open_work(home) as store:
        people = store.sql("SELECT subject_id, list(path ORDER BY path) FROM catalogue.images GROUP BY ALL").rows()
    with Extractor() as extractor:
        for person, paths in people:
            files = [(None, str(folder / Path(path).name)) for path in paths]
            images = list(extractor.results(files, options=options, features=extracted_features(COLUMNS)))
            read = partial(neutral_photographs.of_subject, subject=person, versions=versions, with_pixels=True)
            neutrals = trained_model.read_store(home, read)
            for column in COLUMNS:  # alone: the others may be missing
                rows, _ = rows_of(images, neutrals, frozenset({column}))
                names = [images[int(row)].image_id for row in rows.column("image_id").to_pylist()]
                values[column] |= _bytes_of(rows.set_column(0, "image_id", pa.array(names, pa.string())), column)
    return values


def _bytes_of(rows: pa.Table, column: str) -> dict[str, bytes]:
    names, values = rows.column("image_id").to_pylist(), rows.column(column).to_pylist()
    return {name: _raw(value) for name, value in zip(names, values, strict=True) if value is not None}


def _raw(value: Any) -> bytes:
    return value if isinstance(value, bytes) else np.asarray(value, np.float32).tobytes()


def compare(trained: Mapping[str, Mapping[str, bytes]], predicted: Mapping[str, Mapping[str, bytes]]) -> Counter[str]:
    """Print a line per column, and return the numbers of photographs, of values, and of photographs that differ."""
    totals = Counter(photographs=len({name for column in COLUMNS for name in trained[column]}))
    for column in sorted(COLUMNS):
        ours, theirs = predicted[column], trained[column]
        differing = [name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)]
        totals.update(values=sum(len(value) for value in theirs.values()) // _item_bytes(column))
        totals.update(differing=len(differing))
        digest = hashlib.sha256(b"".join(theirs[name] for name in sorted(theirs))).hexdigest()[:12]
        print(f"{column:20s} {len(theirs):4d} photographs in training, {len(ours):4d} in prediction, "
              f"{len(differing)} differ, sha256 {digest}")  # fmt: skip
    return totals


def _item_bytes(column: str) -> int:
    return 1 if column.endswith(("rgb", "pixels")) else 4


def goals_of(totals: Mapping[str, int]) -> dict[str, Goal]:
    """Return the goals with their figures."""
    return {
        "photographs_compared": Goal(totals["photographs"], FEWEST, is_lower_bound=True),
        "photographs_differing": Goal(totals["differing"], 0),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=9)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        folder, home = Path(place) / CORPUS, Home(Path(place) / "home")
        render(folder, options.people)
        ingest_folder(folder, "rafd", CORPUS, home)
        materialize_landmarks(home, published=PUBLISHED_FEATURES)
        materialize_deltas(home)
        totals = compare(trained_on(home), predicted_on(home, folder))
    print(f"{totals['values']:,} values of {totals['photographs']} photographs compared")
    goals = goals_of(totals)
    for name, goal in goals.items():
        print(f"goal {name} {goal.figure:.4g} {goal.bound:.4g} {'met' if goal.is_met else 'missed'}")
    return 0 if all(goal.is_met for goal in goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
