"""A store that obeys every rule of the audit, made of disturbed mean faces; the tests then break one rule at a time.

Nobody is shown in it. The size is a parameter, so that the same maker serves the speed measurement. The features are in
`fabricated_features.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from store.features.views import chosen
from store.tables import catalog, read, write
from store.tables.connection import DEFINITIONS, prepare, sql
from store.tables.read import FrozenSplit
from store.tables.splits import composition, fingerprint
from store.vocabulary import (
    ANGLES_DEG,
    EMOTIONS,
    FRONTAL_DEG,
    GAZES,
    NEUTRAL,
    PARTS,
    PROFILE_ANGLES_DEG,
    SEXES,
    STRATEGIES,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LANDMARKS, PIXELS, FRONTAL, ALIGNED = (one.version for one in chosen())
VERSIONS = {one.feature: one.version for one in chosen()}
INPUTS = ("aligned", "pixels")
"""What the fabricated model trains on."""

SERVICE = "fabricated.corrected"
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Size:
    """How many people, emotions, gazes and runs the store is to have; all five camera angles are always there."""

    people: int = 6
    emotions: tuple[str, ...] = (NEUTRAL, EMOTIONS[0])
    gazes: tuple[str, ...] = GAZES[:2]
    runs: int = 2
    people_at_once: int = 12


FULL = Size(people=24, emotions=EMOTIONS, gazes=GAZES, runs=18)
"""The size of a demo run: 2,880 photographs, 1,728 of them in use."""


def fabricate(path: Path, size: Size = Size(), *, seed: int = 7) -> Path:
    """Write the store, with all guards of the catalogue, to `path`, and return `path`."""
    from tests.validation.fabricated_features import store_features

    rng = np.random.default_rng(seed)
    with duckdb.connect(path) as connection:
        prepare(connection)
        insert(connection, "features.views", columns_of(list(_views())))
        insert(connection, "features.services", columns_of(list(_services())))
        for first in range(0, size.people, size.people_at_once):
            images = list(_images(size, range(first, min(first + size.people_at_once, size.people))))
            insert(connection, "catalogue.images", columns_of(images))
            labels = [{name: row[name] for name in _LABELS} | {"known_at": NOW} for row in images]
            insert(connection, "catalogue.labels", columns_of(labels))
            store_features(connection, in_use(images), rng)
        images = in_use(list(_images(size, range(size.people))))
        _splits(connection, images, size.people)
        _registry(connection, images, size, rng)
    return path


def without_guards(guarded: Path, path: Path) -> Path:
    """Copy a store without CHECK, NOT NULL and PRIMARY KEY, so that faults can be planted in it."""
    with duckdb.connect(path) as connection:
        connection.execute(f"ATTACH '{guarded}' AS guarded (READ_ONLY)")
        for schema in catalog.SCHEMAS:
            connection.execute(f"CREATE SCHEMA {schema}")
        for table in catalog.TABLES:
            connection.execute(f"CREATE TABLE {table.qualified} AS FROM guarded.{table.qualified}")
        for definition in DEFINITIONS:
            connection.execute(sql(definition))
    return path


def person(index: int) -> str:
    """The identifier of the person with this number."""
    return f"fabricated-{index:04d}"


def image_id(*cell: object) -> str:
    """The identifier of the photograph of this person, emotion, angle and gaze."""
    return hashlib.sha256("/".join(map(str, cell)).encode()).hexdigest()


def part_of(index: int, people: int) -> str:
    """Half of the people train, a quarter validate, a quarter test."""
    return PARTS[0] if index < people / 2 else PARTS[1] if index < people * 3 / 4 else PARTS[2]


def in_use(images: Rows) -> Rows:
    """The photographs that are not excluded."""
    return [row for row in images if row["excluded_reason"] is None]


def insert(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, Any]) -> None:
    """Append columns as one batch with the catalogue's schema."""
    if not columns:
        return
    connection.register("batch", write.batch(name, columns))
    connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM batch")
    connection.unregister("batch")


def columns_of(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Rows turned into columns."""
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


_MISSING = "SELECT image_id FROM features.misses_at($as_of) WHERE version IN (SELECT unnest($inputs))"
_LABELS = ("image_id", "subject_id", "sex", "population", "age", "emotion", "camera_angle_deg", "gaze")


def _images(size: Size, people: range) -> Iterator[dict[str, Any]]:
    for index, emotion, angle, gaze in product(people, size.emotions, ANGLES_DEG, size.gazes):
        key = image_id(person(index), emotion, angle, gaze)
        sex = SEXES[index % len(SEXES)]
        yield {
            "image_id": key, "corpus": "fabricated", "subject_id": person(index), "sex": sex, "population": "Kid",
            "path": f"/nowhere/Rafd{angle:03d}_{index:04d}_Kid_{sex}_{emotion}_{gaze}.jpg", "age": None,
            "emotion": emotion, "camera_angle_deg": angle, "gaze": gaze, "width_px": 681, "height_px": 1024,
            "size_bytes": 4321, "ingested_at": NOW,
            "excluded_reason": "profile camera" if angle in PROFILE_ANGLES_DEG else None,
        }  # fmt: skip


def faceless(images: Rows) -> str:
    """The one photograph of the first person in which there is no face: a neutral that is nobody's reference."""
    return next(
        (str(row["image_id"]) for row in images
         if row["subject_id"] == person(0) and row["camera_angle_deg"] != FRONTAL_DEG and row["emotion"] != NEUTRAL),
        "",
    )  # fmt: skip


def _views() -> Iterator[dict[str, Any]]:
    for one in chosen():
        names = ("view", "version", "kind", "feature", "entity", "dtype", "shape", "transform", "owner", "description")
        yield {name: getattr(one, name) for name in names} | {
            "parameters": write.as_json(one.parameters), "library_versions": write.as_json(one.library_versions),
            "code_version": "0", "created_at": NOW,
        }  # fmt: skip


def _services() -> Iterator[dict[str, Any]]:
    known = {one.feature: one for one in chosen()}
    for service, features in {**{name: (name,) for name in known}, SERVICE: INPUTS}.items():
        for name in features:
            yield {
                "service": service, "created_at": NOW, "feature": name, "view": known[name].view,
                "service_version": composition(VERSIONS[one] for one in features), "version": known[name].version,
            }  # fmt: skip


def _splits(connection: duckdb.DuckDBPyConnection, images: Rows, people: int) -> None:
    for strategy in STRATEGIES[:2]:
        split = {
            "split_id": f"{strategy}-1", "strategy": strategy, "seed": 7, "fractions": "{}", "fingerprint": "",
            "feature_versions": write.as_json(VERSIONS), "as_of": NOW, "created_at": NOW, "requested_at": NOW,
        }  # fmt: skip
        parts = [_part(strategy, row, number, people) for number, row in enumerate(images)]
        ids = [row["image_id"] for row in images]
        insert(connection, "splits.assignments", {
            "split_id": [split["split_id"]] * len(ids), "image_id": ids, "part": parts,
        })  # fmt: skip
        frozen = FrozenSplit(f"{strategy}-1", strategy, "", VERSIONS, NOW)
        split["fingerprint"] = fingerprint(read.split_seals(connection, frozen), VERSIONS)
        insert(connection, "splits.sets", columns_of([split]))
    for part in PARTS:
        parameters = {**VERSIONS, "as_of": NOW, "split_id": f"{STRATEGIES[0]}-1", "part": part}
        connection.execute(f"INSERT INTO splits.{part} BY NAME {sql('select_training_rows')}", parameters)


def _part(strategy: str, row: dict[str, Any], number: int, people: int) -> str:
    if strategy == STRATEGIES[0]:
        return part_of(int(row["subject_id"][-4:]), people)
    return PARTS[number % len(PARTS)]


def _registry(connection: duckdb.DuckDBPyConnection, images: Rows, size: Size, rng: np.random.Generator) -> None:
    """Runs that guess, each a system of its own, with the metrics and comparisons of their guesses."""
    from models.compare import compare

    frozen = FrozenSplit(f"{STRATEGIES[0]}-1", STRATEGIES[0], "", VERSIONS, NOW)
    rows = read.split_rows(connection, frozen)
    for number in range(size.runs):
        _run(connection, number)
        _predictions(connection, f"run{number:02d}", images, rows, rng)
    compared = compare(read.frame(connection, "select_current_test_predictions").drop("strategy"))
    insert(connection, "registry.comparisons", {name: compared[name].to_list() for name in compared.columns})


def _run(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    used = {name: VERSIONS[name] for name in INPUTS}
    insert(connection, "registry.runs", columns_of([{
        "run_id": f"run{number:02d}", "configuration": f"run{number:02d}", "model": f"fabricated{number}",
        "recipe": "corrected",
        "split_id": f"{STRATEGIES[0]}-1", "service": SERVICE, "service_version": composition(used.values()),
        "parameters": "{}", "feature_versions": write.as_json(used), "seed": 7, "code_version": "0",
        "library_versions": "{}", "started_at": NOW, "requested_at": NOW, "duration_s": 1.5, "status": "completed",
    }]))  # fmt: skip
    insert(connection, "registry.epochs", columns_of([{
        "run_id": f"run{number:02d}", "epoch": 1, "loss": 2.0, "accuracy": 0.5, "val_loss": 2.1, "val_accuracy": 0.4,
        "learning_rate": 1e-3, "duration_s": 0.5,
    }]))  # fmt: skip


def _predictions(
    connection: duckdb.DuckDBPyConnection, run: str, images: Rows, rows: pl.DataFrame, rng: np.random.Generator
) -> None:
    """Of every photograph that has all of the run's inputs; the metrics of these."""
    from models.evaluate import evaluate

    bound = {"inputs": [VERSIONS[name] for name in INPUTS], "as_of": NOW}
    missing = {row[0] for row in connection.execute(_MISSING, bound).fetchall()}
    known = rows.filter(~pl.col("image_id").is_in(list(missing)))
    chances = rng.dirichlet(np.ones(len(EMOTIONS)), len(known)).astype(np.float32)
    columns = {
        "image_id": known["image_id"].to_list(), "part": known["part"].to_list(),
        "truth": known["label"].to_list(), "predicted": chances.argmax(axis=1),
        "temperature": np.ones(len(known), np.float32),
        **{f"{name}_prob": chances[:, label] for label, name in enumerate(EMOTIONS)},
    }  # fmt: skip
    insert(connection, "registry.predictions", {"run_id": [run] * len(known), **columns})
    metrics = evaluate(pl.DataFrame(columns), rows)
    insert(connection, "registry.metrics", {
        "run_id": [run] * len(metrics), **{name: metrics[name].to_list() for name in metrics.columns}
    })  # fmt: skip
