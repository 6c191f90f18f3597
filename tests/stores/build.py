"""Build the store of a design with the product's own functions, in the order of a run of the pipeline.

Nothing is detected or trained: landmarks, thumbnails and predictions are made up, all other rows follow from them.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from affect_store.flows.steps import feature_services
from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.missing_features import record_missing_features
from affect_store.flows.steps.scalar_features import materialize_scalar_views
from affect_store.flows.steps.splits import store_splits
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.work_store import open_work
from affect_store.store.features import feature_views
from affect_store.store.features.references import NO_FACE
from affect_store.store.home import Home
from affect_store.store.schema.tables import BY_NAME
from affect_store.store.types import checksum_of
from affect_store.store.vocabulary import (
    AGREEMENTS,
    EMOTIONS,
    PIXEL_BYTES,
    PROFILE_ANGLES_DEG,
    PROFILE_REASON,
    RAFD_HEIGHT_PX,
    RAFD_WIDTH_PX,
)
from tests.stores.design import BY_PERSON, Cell, Design, image_id
from tests.stores.faces import faces
from tests.stores.runs import store_run, store_runs

PEOPLE_AT_ONCE = 12


def build(home: Home, design: Design) -> Home:
    """Write the work store of a design."""
    with open_work(home) as connection:
        versions = feature_services.register(connection, feature_views.chosen())
        for first in range(0, len(design.people), PEOPLE_AT_ONCE):
            people = replace(design, people=design.people[first : first + PEOPLE_AT_ONCE])
            _store_catalogue(connection, people)
            if design.is_rated:
                store_ratings(connection, people)
            _store_landmarks(connection, people, versions["landmarks"])
            _store_pixels(connection, people, versions["pixels"])
        if design.faceless:
            miss = (image_id(design.faceless), "landmarks", versions["landmarks"], NO_FACE)
            record_missing_features(connection, [miss])
    materialize_deltas(home)
    materialize_scalar_views(home)
    if design.mislabelled:
        split_ids = store_splits(home, seed=design.seed, corpora=[design.corpus])
        with open_work(home) as connection:
            if design.early:
                store_run(connection, design, design.early, split_ids[BY_PERSON])
            _correct(connection, design, image_id(design.mislabelled))
    split_ids = store_splits(home, seed=design.seed, corpora=[design.corpus])
    with open_work(home) as connection:
        store_runs(connection, design, split_ids)
    return home


@cache
def built(make: Callable[[Home], Home]) -> Home:
    """Return the home that a function builds, built once per process; read-only for tests."""
    root = Path(tempfile.mkdtemp(prefix="store_"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    return make(Home(root / ".affect"))


def copy(home: Home, folder: Path) -> Home:
    """Copy a home into a folder, for a test that changes it."""
    shutil.copytree(home.root, folder / "home", symlinks=True)
    return Home(folder / "home")


def insert(connection: Connection, table: str, **columns: Any) -> None:
    """Append rows; a column that is neither a list nor an array has the same value in every row."""
    lengths = [len(values) for values in columns.values() if isinstance(values, list | np.ndarray)]
    length = lengths[0] if lengths else 1
    rows = {
        name: values if isinstance(values, list | np.ndarray) else [values] * length for name, values in columns.items()
    }
    write.append(connection, table, write.batch(table, rows))


def _in_use(cells: list[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell[2] not in PROFILE_ANGLES_DEG]


def _store_catalogue(connection: Connection, design: Design) -> None:
    moment, cells = clock.now(), design.cells()
    people, emotions, angles, gazes = (list(column) for column in zip(*cells, strict=True))
    labels = {
        "image_id": [image_id(cell) for cell in cells], "subject_id": people, "emotion": emotions,
        "camera_angle_deg": angles, "gaze": gazes, "sex": [design.sex(person) for person in people],
        "population": [design.population(person) for person in people],
    }  # fmt: skip
    insert(connection, "catalogue.labels", **labels, known_at=moment)
    insert(
        connection, "catalogue.images", **labels, corpus=design.corpus, ingested_at=moment, size_bytes=1234,
        path=[design.path(cell) for cell in cells], width_px=RAFD_WIDTH_PX, height_px=RAFD_HEIGHT_PX,
        excluded_reason=[PROFILE_REASON if angle in PROFILE_ANGLES_DEG else None for angle in angles],
    )  # fmt: skip


def store_ratings(connection: Connection, design: Design) -> None:
    """Store ratings by people of every photograph: those who disagree with the emotion chose the next one."""
    cells = design.cells()
    steps = np.arange(len(cells))
    agreement = 0.5 + 0.5 * (7 * steps % 11) / 10
    truth = np.array([EMOTIONS.index(emotion) for _, emotion, _, _ in cells])
    shares = np.zeros((len(cells), len(EMOTIONS)))
    shares[steps, truth], shares[steps, (truth + 1) % len(EMOTIONS)] = agreement, 1 - agreement
    insert(
        connection, "catalogue.ratings", image_id=[image_id(cell) for cell in cells], known_at=clock.now(),
        agreement=agreement, intensity=1 + 4 * (5 * steps % 13) / 12, genuineness=1 + 4 * (3 * steps % 7) / 6,
        **{name: shares[:, label] for label, name in enumerate(AGREEMENTS)},
    )  # fmt: skip


def _store_landmarks(connection: Connection, design: Design, version: str) -> None:
    cells = [cell for cell in _in_use(design.cells()) if cell != design.faceless]
    xyz = faces(cells)
    insert(
        connection, "features.landmarks", **_keys(cells, version, xyz), xyz=xyz.reshape(len(cells), -1),
        face_score=np.full(len(cells), 0.9, np.float32),
    )  # fmt: skip


def _store_pixels(connection: Connection, design: Design, version: str) -> None:
    pictured = design.people if design.pictured is None else design.pictured
    cells = [cell for cell in _in_use(design.cells()) if cell[0] in pictured]
    rgb = np.random.default_rng([7, *design.people[0].encode()]).integers(
        0, 256, (len(cells), PIXEL_BYTES), dtype=np.uint8
    )
    if cells:
        rows = [image.tobytes() for image in rgb]
        insert(connection, "features.pixels", **_keys(cells, version, rgb), rgb=rows)


def _keys(cells: list[Cell], version: str, values: np.ndarray) -> dict[str, Any]:
    """Return the columns that all feature tables share."""
    ids = [image_id(cell) for cell in cells]
    seals = [checksum_of(key, row.tobytes()) for key, row in zip(ids, values, strict=True)]
    return {"image_id": ids, "version": version, "created_at": clock.now(), "seal": seals}


def _correct(connection: Connection, design: Design, photograph: str) -> None:
    """Store the corrected label of the mislabelled photograph."""
    known = reader.query_frame(connection, "catalogue/select_known_photos").filter(image_id=photograph)
    columns = BY_NAME["catalogue.labels"].columns
    row = {name: value for name, value in known.row(0, named=True).items() if name in columns}
    row |= {"emotion": design.corrected_to, "known_at": clock.now()}
    insert(connection, "catalogue.labels", **row)
    labels = {name: value for name, value in row.items() if name not in ("image_id", "known_at")}
    write.correct_labels(connection, photograph, labels)
    write.renew_exclusions(connection)
