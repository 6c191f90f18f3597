"""Write the same vectors to a published store, to Parquet and to a pickle.

The store is written by the product's own code: images, labels, views, services and both kinds of deltas are appended to
a work store in the order of a run, split by person, and published. Parquet and pickle hold the aligned vectors;
Parquet with Polars's default compression (zstd), and uncompressed.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
from polars._typing import ParquetCompression

from affect_store.flows.steps import feature_services
from affect_store.flows.steps.delta_features import STORED_AT_ONCE, store_deltas
from affect_store.flows.steps.split_drawing import SplitDefinition
from affect_store.flows.steps.splits import read_members, store_split
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.split_tables import replace_split_tables
from affect_store.store.engine.work_store import open_work
from affect_store.store.features import deltas as transforms
from affect_store.store.features.deltas import DeltaBatch
from affect_store.store.features.references import REFERENCE_RULES, PhotoLabels
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.offline import splits
from affect_store.store.publication.publish import publish, write_store
from affect_store.store.types import FeatureArray, FloatArray
from affect_store.store.vocabulary import RAFD_HEIGHT_PX, RAFD_POPULATIONS, RAFD_WIDTH_PX, SEXES, VECTOR_LENGTH
from benchmarks._synthetic_corpus import PEOPLE, Photographs, photographs

CORPUS = "benchmark"
FEATURE = "aligned"
WORK, PUBLICATION = "affect-store, work store", "affect-store, publication"
PHOTOGRAPHS_A_PERSON = 72
ARRAY, WIDE = "array", "wide"
FORMS: dict[str, tuple[str, ParquetCompression]] = {
    f"{ARRAY}-zstd": ("Parquet zstd, one array column", "zstd"),
    f"{WIDE}-zstd": ("Parquet zstd, a column a number", "zstd"),
    f"{ARRAY}-plain": ("Parquet uncompressed, one array column", "uncompressed"),
    f"{WIDE}-plain": ("Parquet uncompressed, a column a number", "uncompressed"),
}
"""Title and compression of each Parquet file; zstd is the default of Polars."""

Slice = tuple[pl.DataFrame, DeltaBatch]


@dataclass(frozen=True)
class Stores:
    """The same n vectors in each form: their locations, the moment at which all were known, ids and checksum."""

    home: Home
    folder: Path
    split_id: str
    moment: datetime
    ids: list[str]
    digest: str
    written_s: dict[str, float]

    def parquet(self, form: str) -> Path:
        """Return the path of one of `FORMS`."""
        return self.folder / f"{form}.parquet"

    @property
    def pickle(self) -> Path:
        """Return the path of the pickled pandas frame."""
        return self.folder / "frame.pickle"


def digest(ids: list[str], matrix: FeatureArray) -> str:
    """Return the sha256 of the vectors (n, 1404), rows ordered by id."""
    return hashlib.sha256(matrix[np.argsort(np.array(ids))].tobytes()).hexdigest()


def fill(folder: Path, scale: int, *, has_split_tables: bool = False) -> Stores:
    """Write `scale` times 4,824 photographs in every form below `folder`, and record the duration of each.

    With `has_split_tables` the tables of the split hold its vectors, too, as after a run of the pipeline.
    """
    home = Home(folder / "home")
    slices = _store_inputs(home, scale)
    written: dict[str, float] = {}
    with open_work(home) as connection:
        version = feature_services.current_versions(connection)[FEATURE]

    def append_all() -> None:
        with open_work(home) as connection:
            for pairs, batch in slices:
                store_deltas(connection, version, pairs, batch)

    def publish_all() -> None:
        publish(home, "benchmark", lambda target: write_store(home.work, target / STORE_FILE))

    written[WORK] = seconds(append_all)
    split_id = _split(home, has_split_tables)
    written[PUBLICATION] = seconds(publish_all)
    moment = clock.now()
    ids = [image_id for pairs, _ in slices for image_id in pairs["image_id"]]
    matrix = np.concatenate([batch.xyz for _, batch in slices]).reshape(-1, VECTOR_LENGTH)
    slices.clear()
    stores = Stores(
        home=home,
        folder=folder,
        split_id=split_id,
        moment=moment,
        ids=ids,
        digest=digest(ids, matrix),
        written_s=written,
    )
    _write_files(stores, matrix)
    return stores


def add_person(stores: Stores, *, has_split_tables: bool = False) -> None:
    """Store 72 photographs of a further person in the work store, and split again."""
    people = len(stores.ids) // PHOTOGRAPHS_A_PERSON
    corpus = photographs(first_person=people + 1, people=1)
    with open_work(stores.home) as connection:
        versions = feature_services.current_versions(connection)
        _append_images(connection, corpus.shots)
        for kind in ("frontal_unit", FEATURE):
            for pairs, batch in _deltas(corpus, kind):
                store_deltas(connection, versions[kind], pairs, batch)
    _split(stores.home, has_split_tables)


def _split(home: Home, has_split_tables: bool) -> str:
    """Store the split by person and return its id."""
    with open_work(home) as connection:
        members = read_members(connection, [CORPUS])
        assigned = members.assigned(splits.by_person(members.people, seed=1))
        definition = SplitDefinition("by_person", 1, splits.FRACTIONS)
        split_id, _ = store_split(connection, members, assigned, definition)
        if has_split_tables:
            replace_split_tables(connection, reader.frozen_split(connection, split_id))
    return split_id


def _write_files(stores: Stores, matrix: FloatArray) -> None:
    """Write the Parquet files and the pickle, and record the duration of each."""
    names = [f"v{number}" for number in range(VECTOR_LENGTH)]
    vectors = pl.Series(FEATURE, matrix, dtype=pl.Array(pl.Float32, VECTOR_LENGTH))
    array = pl.DataFrame({"image_id": stores.ids, FEATURE: vectors, "created_at": [stores.moment] * len(matrix)})
    wide = pl.DataFrame(matrix, schema=names).insert_column(0, pl.Series("image_id", stores.ids))
    for form, (title, compression) in FORMS.items():
        frame_of = array if form.startswith(ARRAY) else wide
        writing = partial(frame_of.write_parquet, stores.parquet(form), compression=compression)
        stores.written_s[title] = seconds(writing)
    frame = pd.DataFrame(matrix, index=stores.ids, columns=names)
    stores.written_s["pandas pickle"] = seconds(lambda: frame.to_pickle(stores.pickle))


def _store_inputs(home: Home, scale: int) -> list[Slice]:
    """Store catalogue, services and `frontal_unit` deltas; returns the aligned deltas, which are not stored yet."""
    slices: list[Slice] = []
    for number in range(scale):
        corpus = photographs(first_person=PEOPLE * number)
        with open_work(home) as connection:
            versions = feature_services.current_versions(connection)
            _append_images(connection, corpus.shots)
            for pairs, batch in _deltas(corpus, "frontal_unit"):
                store_deltas(connection, versions["frontal_unit"], pairs, batch)
        slices += _deltas(corpus, FEATURE)
    return slices


def _deltas(corpus: Photographs, kind: str) -> list[Slice]:
    row_of = {shot.image_id: row for row, shot in enumerate(corpus.shots)}
    references = REFERENCE_RULES[kind](corpus.shots)
    chosen = [
        (image_id, reference.image_id, reference.rule)
        for image_id, reference in references.items()
        if reference.image_id
    ]
    pairs = pl.DataFrame(chosen, schema=["image_id", "reference_id", "rule"], orient="row")
    slices = []
    for part in pairs.sort("image_id").iter_slices(STORED_AT_ONCE):
        rows, reference_rows = ([row_of[id_] for id_ in part[name]] for name in ("image_id", "reference_id"))
        faces, reference_faces = corpus.faces[rows], corpus.faces[reference_rows]
        if kind == "frontal_unit":
            batch = transforms.frontal_unit(faces, reference_faces)
        else:
            sizes = {"faces_size_px": corpus.sizes_px[rows], "references_size_px": corpus.sizes_px[reference_rows]}
            batch = transforms.aligned(faces, reference_faces, **sizes)
        slices.append((part, batch))
    return slices


def _append_images(connection: Connection, shots: list[PhotoLabels]) -> None:
    n, moment = len(shots), clock.now()
    labels = {
        "image_id": [shot.image_id for shot in shots],
        "subject_id": [shot.subject_id for shot in shots],
        "sex": [SEXES[0]] * n,
        "population": [RAFD_POPULATIONS[0]] * n,
        "emotion": [shot.emotion for shot in shots],
        "camera_angle_deg": [shot.camera_angle_deg for shot in shots],
        "gaze": [shot.gaze for shot in shots],
    }
    images = labels | {
        "corpus": [CORPUS] * n,
        "path": [shot.path for shot in shots],
        "width_px": [RAFD_WIDTH_PX] * n,
        "height_px": [RAFD_HEIGHT_PX] * n,
        "size_bytes": [1] * n,
        "ingested_at": [moment] * n,
    }
    write.append(connection, "catalogue.images", write.batch("catalogue.images", images))
    dated_labels = labels | {"known_at": [moment] * n}
    write.append(connection, "catalogue.labels", write.batch("catalogue.labels", dated_labels))


def seconds(function: Callable[[], object]) -> float:
    """Return the wall seconds of one call."""
    started = time.perf_counter()
    function()
    return time.perf_counter() - started
