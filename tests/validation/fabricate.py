"""A store made of random numbers that obeys every rule of the audit; the tests then break one rule at a time.

Nothing here looks like a face. The size is a parameter, so that the same maker serves the speed measurement.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from store.tables import catalog
from store.vocabulary import (
    ANGLES_DEG,
    AXES,
    EMOTIONS,
    FRONTAL_DEG,
    FRONTAL_GAZE,
    GAZES,
    LANDMARK_COUNT,
    NEUTRAL,
    PARTS,
    PIXEL_BYTES,
    PROFILE_ANGLES_DEG,
    SEXES,
    STRATEGIES,
    VECTOR_LENGTH,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LANDMARKS, FRONTAL, ALIGNED, PIXELS = "landmarks-1", "deltas-frontal-1", "deltas-aligned-1", "pixels-1"
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Size:
    """How many people, emotions, gazes and runs the store is to have; all five camera angles are always there."""

    people: int = 6
    emotions: tuple[str, ...] = (NEUTRAL, EMOTIONS[0], EMOTIONS[-1])
    gazes: tuple[str, ...] = (FRONTAL_GAZE,)
    runs: int = 2


def fabricate(path: Path, size: Size = Size()) -> Path:
    """Write the store, with all guards of the catalogue, to `path`, and return `path`."""
    rng = np.random.default_rng(7)
    with duckdb.connect(path) as connection:
        for schema in catalog.SCHEMAS:
            connection.execute(f"CREATE SCHEMA {schema}")
        for table in catalog.TABLES:
            connection.execute(catalog.ddl(table))
        images = list(_images(size))
        in_use = [row for row in images if row["excluded_reason"] is None]
        _insert(connection, "catalogue.emotions", [
            {"label": label, "emotion": emotion} for label, emotion in enumerate(EMOTIONS)
        ])  # fmt: skip
        _insert(connection, "catalogue.images", images)
        _insert(connection, "catalogue.labels", [{**row, "known_at": NOW} for row in images])
        _features(connection, in_use, rng)
        _splits(connection, in_use)
        _registry(connection, in_use, size, rng)
    return path


def without_guards(guarded: Path, path: Path) -> Path:
    """Copy a store without CHECK, NOT NULL and PRIMARY KEY, so that faults can be planted in it."""
    with duckdb.connect(path) as connection:
        connection.execute(f"ATTACH '{guarded}' AS guarded (READ_ONLY)")
        for schema in catalog.SCHEMAS:
            connection.execute(f"CREATE SCHEMA {schema}")
        for table in catalog.TABLES:
            connection.execute(f"CREATE TABLE {table.qualified} AS FROM guarded.{table.qualified}")
    return path


def person(index: int) -> str:
    """The identifier of the person with this number."""
    return f"person{index:02d}"


def image_id(*cell: object) -> str:
    """The identifier of the photograph of this person, emotion, angle and gaze."""
    return hashlib.sha256("/".join(map(str, cell)).encode()).hexdigest()


def part_of(index: int, people: int) -> str:
    """Half of the people train, a quarter validate, a quarter test."""
    return PARTS[0] if index < people / 2 else PARTS[1] if index < people * 3 / 4 else PARTS[2]


def _images(size: Size) -> Iterator[dict[str, Any]]:
    for index, emotion, angle, gaze in product(range(size.people), size.emotions, ANGLES_DEG, size.gazes):
        key = image_id(person(index), emotion, angle, gaze)
        yield {
            "image_id": key, "corpus": "fabricated", "path": f"/nowhere/{key[:8]}.jpg", "subject_id": person(index),
            "sex": SEXES[index % len(SEXES)], "population": "Nobody", "age": None, "emotion": emotion,
            "camera_angle_deg": angle, "gaze": gaze, "width_px": 681, "height_px": 1024, "size_bytes": 4321,
            "ingested_at": NOW, "excluded_reason": "profile camera" if angle in PROFILE_ANGLES_DEG else None,
        }  # fmt: skip


def faceless(in_use: Rows) -> str:
    """The one photograph of the store in which there is no face: a neutral one that is nobody's reference."""
    return next(
        str(row["image_id"]) for row in in_use if row["camera_angle_deg"] != FRONTAL_DEG and row["emotion"] != NEUTRAL
    )


def _features(connection: duckdb.DuckDBPyConnection, in_use: Rows, rng: np.random.Generator) -> None:
    missing = faceless(in_use)
    faces = [row for row in in_use if row["image_id"] != missing]
    own = [row for row in faces if row["image_id"] == _reference(row)]
    others = [row for row in faces if row["image_id"] != _reference(row)]
    _insert(connection, "features.views", list(_views()))
    _insert(connection, "features.services", [
        {"service": "default", "view": view["view"], "version": view["version"], "created_at": NOW} for view in _views()
    ])  # fmt: skip
    xyz = rng.random((len(faces), VECTOR_LENGTH), dtype=np.float32)
    _insert(connection, "features.landmarks", [
        {"image_id": row["image_id"], "version": LANDMARKS, "xyz": one, "face_score": 0.9, "created_at": NOW}
        for row, one in zip(faces, xyz, strict=True)
    ])  # fmt: skip
    for version in (FRONTAL, ALIGNED):
        _insert(connection, "features.deltas", list(_deltas(others, version, rng)))
    misses = [(missing, "landmarks", LANDMARKS, "no face")]
    misses += [(str(row["image_id"]), "deltas", v, "own reference") for row in own for v in (FRONTAL, ALIGNED)]
    _insert(connection, "features.misses", [
        {"image_id": key, "view": view, "version": version, "reason": reason, "released_at": None, "created_at": NOW}
        for key, view, version, reason in misses
    ])  # fmt: skip
    _insert(connection, "features.pixels", [
        {"image_id": row["image_id"], "version": PIXELS, "rgb": rng.bytes(PIXEL_BYTES), "created_at": NOW}
        for row in in_use
    ])  # fmt: skip


def _views() -> Iterator[dict[str, Any]]:
    versions = (
        ("landmarks", LANDMARKS, "facemesh"), ("deltas", FRONTAL, "frontal_unit"), ("deltas", ALIGNED, "aligned"),
        ("pixels", PIXELS, "thumbnail"),
    )  # fmt: skip
    for view, version, kind in versions:
        yield {
            "view": view, "version": version, "kind": kind, "entity": "image", "dtype": "float32", "shape": "any",
            "transform": f"{kind} 1", "parameters": "{}", "code_version": "0", "library_versions": "{}",
            "description": f"fabricated {kind}", "created_at": NOW,
        }  # fmt: skip


def _reference(row: dict[str, Any]) -> str:
    return image_id(row["subject_id"], NEUTRAL, FRONTAL_DEG, FRONTAL_GAZE)


def _deltas(rows: Rows, version: str, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Random directions; the first landmark of every row has none, as a landmark that did not move."""
    for row in rows:
        vectors = rng.normal(size=(LANDMARK_COUNT, AXES))
        vectors[0] = 0
        lengths = np.linalg.norm(vectors, axis=1)
        if version == FRONTAL:
            vectors[1:] /= lengths[1:, None]
        yield {
            "image_id": row["image_id"], "version": version, "reference_image_id": _reference(row),
            "reference_rule": "frontal neutral", "xyz": vectors.astype(np.float32).ravel(),
            "magnitude": lengths.astype(np.float32), "zero_norm_count": 1, "created_at": NOW,
        }  # fmt: skip


def _splits(connection: duckdb.DuckDBPyConnection, in_use: Rows) -> None:
    people = len({row["subject_id"] for row in in_use})
    for strategy in STRATEGIES:
        _insert(connection, "splits.sets", [{
            "split_id": f"{strategy}-1", "strategy": strategy, "seed": 7, "fractions": "{}", "fingerprint": "f",
            "feature_versions": "{}", "created_at": NOW,
        }])  # fmt: skip
        _insert(connection, "splits.assignments", [
            {"split_id": f"{strategy}-1", "image_id": row["image_id"], "part": _part(strategy, row, number, people)}
            for number, row in enumerate(in_use)
        ])  # fmt: skip
    for part in PARTS:
        connection.execute(
            f"""
            INSERT INTO splits.{part}
            SELECT i.image_id, i.subject_id, i.sex, i.population, i.emotion,
                   list_position(?, i.emotion) - 1, i.camera_angle_deg, i.gaze, l.xyz, f.xyz, a.xyz, p.rgb
            FROM splits.assignments AS s JOIN catalogue.images AS i USING (image_id)
            LEFT JOIN features.landmarks AS l USING (image_id)
            LEFT JOIN features.deltas AS f ON f.image_id = i.image_id AND f.version = '{FRONTAL}'
            LEFT JOIN features.deltas AS a ON a.image_id = i.image_id AND a.version = '{ALIGNED}'
            LEFT JOIN features.pixels AS p ON p.image_id = i.image_id
            WHERE s.split_id = '{STRATEGIES[0]}-1' AND s.part = '{part}'
            """,
            [list(EMOTIONS)],
        )


def _part(strategy: str, row: dict[str, Any], number: int, people: int) -> str:
    if strategy == STRATEGIES[0]:
        return part_of(int(row["subject_id"][-2:]), people)
    return PARTS[number % len(PARTS)]


def _registry(connection: duckdb.DuckDBPyConnection, in_use: Rows, size: Size, rng: np.random.Generator) -> None:
    people = len({row["subject_id"] for row in in_use})
    for number in range(size.runs):
        run = f"run{number:02d}"
        _insert(connection, "registry.runs", [{
            "run_id": run, "model": "fabricated", "recipe": "corrected", "split_id": f"{STRATEGIES[0]}-1",
            "feature_versions": json.dumps({}), "seed": 7, "code_version": "0", "library_versions": "{}",
            "started_at": NOW, "requested_at": NOW, "duration_s": 1.5, "status": "completed", "status_detail": None,
            "parameters": "{}",
            "artifact_path": None, "artifact_sha256": None,
        }])  # fmt: skip
        _insert(connection, "registry.epochs", [{
            "run_id": run, "epoch": 1, "loss": 2.0, "accuracy": 0.5, "val_loss": 2.1, "val_accuracy": 0.4,
            "learning_rate": 1e-3, "duration_s": 0.5,
        }])  # fmt: skip
        chances = rng.dirichlet(np.ones(len(EMOTIONS)), len(in_use)).astype(np.float32)
        _insert(connection, "registry.predictions", [
            {"run_id": run, "image_id": row["image_id"], "part": _part(STRATEGIES[0], row, 0, people),
             "truth": EMOTIONS.index(row["emotion"]), "predicted": int(chance.argmax()),
             **{f"{name}_prob": one for name, one in zip(EMOTIONS, chance, strict=True)}}
            for row, chance in zip(in_use, chances, strict=True)
        ])  # fmt: skip
        _insert(connection, "registry.metrics", [{
            "run_id": run, "part": PARTS[-1], "slice": "all", "metric": "accuracy", "value": 0.5, "low": 0.4,
            "high": 0.6, "n_images": 20, "n_people": 5, "method": "fabricated",
        }])  # fmt: skip
    _insert(connection, "registry.comparisons", [{
        "run_id": "run00", "other_run_id": "run01", "part": PARTS[-1], "slice": "all", "metric": "accuracy",
        "value": 0.1, "p": 0.5, "p_adjusted": 1.0, "n_people": 5, "method": "fabricated",
    }] if size.runs > 1 else [])  # fmt: skip


def _insert(connection: duckdb.DuckDBPyConnection, name: str, rows: Rows) -> None:
    table = catalog.BY_NAME[name]
    schema = catalog.arrow_schema(table)
    batch = pa.table({one.name: pa.array([row[one.name] for row in rows], one.type) for one in schema}, schema=schema)
    connection.register("batch", batch)
    connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM batch")
    connection.unregister("batch")


FULL = Size(people=24, emotions=EMOTIONS, gazes=GAZES, runs=18)
"""The size of a demo run: 2,880 photographs, 1,728 of them in use."""
