"""The same vectors in a published store and in the files of its rivals.

The store is made by the product's own code: rows of images, labels, views, services and both kinds of deltas appended
to a work store in the order in which a run does, split by person, and published. Parquet and pickle get the aligned
vectors as the transform gave them; Parquet as Polars writes it by default (zstd), and without compression.
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
import pandas as pd  # type: ignore[import-untyped]
import polars as pl
from polars._typing import ParquetCompression

from benchmarks._corpus import PEOPLE, Photographs, photographs
from flows import services, split
from flows.deltas import COMPUTED_AT_ONCE, store_deltas
from store.features import deltas as transforms
from store.features.deltas import DeltaBatch
from store.features.references import RULES, Shot
from store.tables import splits, write
from store.tables.connection import Connection, open_work
from store.tables.home import STORE_FILE, Home
from store.tables.publish import publish, write_store
from store.types import FloatArray
from store.vocabulary import RAFD_HEIGHT_PX, RAFD_POPULATIONS, RAFD_WIDTH_PX, SEXES, VECTOR_LENGTH

CORPUS = "benchmark"
FEATURE = "aligned"
WORK = "affect-store, work store"
ARRAY, WIDE = "array", "wide"
FORMS: dict[str, tuple[str, ParquetCompression]] = {
    f"{ARRAY}-zstd": ("Parquet zstd, one array column", "zstd"),
    f"{WIDE}-zstd": ("Parquet zstd, a column a number", "zstd"),
    f"{ARRAY}-plain": ("Parquet uncompressed, one array column", "uncompressed"),
    f"{WIDE}-plain": ("Parquet uncompressed, a column a number", "uncompressed"),
}
"""What each Parquet file is called, and how Polars compresses it; zstd is its default."""

Slice = tuple[pl.DataFrame, DeltaBatch]


@dataclass(frozen=True)
class Filled:
    """Where the same n vectors lie in each form, when they were all known, and what they are."""

    home: Home
    folder: Path
    split_id: str
    moment: datetime
    ids: list[str]
    digest: str
    written_s: dict[str, float]

    def parquet(self, form: str) -> Path:
        """The file of one of `FORMS`."""
        return self.folder / f"{form}.parquet"

    @property
    def pickle(self) -> Path:
        """The pickled pandas frame."""
        return self.folder / "frame.pickle"


def digest(ids: list[str], matrix: FloatArray) -> str:
    """Fingerprint of the vectors (n, 1404), rows by id."""
    return hashlib.sha256(matrix[np.argsort(np.array(ids))].tobytes()).hexdigest()


def fill(folder: Path, scale: int) -> Filled:
    """Write `scale` times 4,824 photographs to every form below `folder`, and note how long each took."""
    home, slices = Home(folder / "home"), _stored(Home(folder / "home"), scale)
    written: dict[str, float] = {}
    with open_work(home) as connection:
        version = services.current(connection)[FEATURE]

    def append_all() -> None:
        with open_work(home) as connection:
            for pairs, batch in slices:
                store_deltas(connection, version, pairs, batch)

    def publish_all() -> None:
        publish(home, "benchmark", lambda target: write_store(home.work, target / STORE_FILE))

    written[WORK] = seconds(append_all)
    with open_work(home) as connection:
        seen = split.look(connection, [CORPUS])
        placed = seen.placed(splits.by_person(seen.people, seed=1))
        told = {"strategy": "by_person", "seed": 1, "fractions": splits.FRACTIONS}
        split_id, _ = split.store(connection, seen, placed, told)
    written["affect-store, publication"] = seconds(publish_all)
    moment = write.now()
    ids = [image_id for pairs, _ in slices for image_id in pairs["image_id"]]
    matrix = np.concatenate([batch.xyz for _, batch in slices]).reshape(-1, VECTOR_LENGTH)
    slices.clear()
    found = Filled(
        home=home,
        folder=folder,
        split_id=split_id,
        moment=moment,
        ids=ids,
        digest=digest(ids, matrix),
        written_s=written,
    )
    _write_files(found, matrix)
    return found


def _write_files(filled: Filled, matrix: FloatArray) -> None:
    """The vectors in the rivals' files, and how long each took."""
    names = [f"v{number}" for number in range(VECTOR_LENGTH)]
    vectors = pl.Series(FEATURE, matrix, dtype=pl.Array(pl.Float32, VECTOR_LENGTH))
    array = pl.DataFrame({"image_id": filled.ids, FEATURE: vectors, "created_at": [filled.moment] * len(matrix)})
    wide = pl.DataFrame(matrix, schema=names).insert_column(0, pl.Series("image_id", filled.ids))
    for form, (what, compression) in FORMS.items():
        frame_of = array if form.startswith(ARRAY) else wide
        writing = partial(frame_of.write_parquet, filled.parquet(form), compression=compression)
        filled.written_s[what] = seconds(writing)
    frame = pd.DataFrame(matrix, index=filled.ids, columns=names)
    filled.written_s["pandas pickle"] = seconds(lambda: frame.to_pickle(filled.pickle))


def _stored(home: Home, scale: int) -> list[Slice]:
    """Catalogue, services and `frontal_unit` deltas into the work store; returns the aligned ones, not stored yet."""
    slices: list[Slice] = []
    for number in range(scale):
        corpus = photographs(first_person=PEOPLE * number)
        with open_work(home) as connection:
            versions = services.current(connection)
            _append_images(connection, corpus.shots)
            for pairs, batch in _deltas(corpus, "frontal_unit"):
                store_deltas(connection, versions["frontal_unit"], pairs, batch)
        slices += _deltas(corpus, FEATURE)
    return slices


def _deltas(corpus: Photographs, kind: str) -> list[Slice]:
    row_of = {shot.image_id: row for row, shot in enumerate(corpus.shots)}
    chosen = [(image_id, one.image_id, one.rule) for image_id, one in RULES[kind](corpus.shots).items() if one.image_id]
    pairs = pl.DataFrame(chosen, schema=["image_id", "reference_id", "rule"], orient="row")
    slices = []
    for part in pairs.sort("image_id").iter_slices(COMPUTED_AT_ONCE):
        rows, reference_rows = ([row_of[one] for one in part[name]] for name in ("image_id", "reference_id"))
        faces, references = corpus.faces[rows], corpus.faces[reference_rows]
        if kind == "frontal_unit":
            batch = transforms.frontal_unit(faces, references)
        else:
            sizes = {"faces_size_px": corpus.sizes_px[rows], "references_size_px": corpus.sizes_px[reference_rows]}
            batch = transforms.aligned(faces, references, **sizes)
        slices.append((part, batch))
    return slices


def _append_images(connection: Connection, shots: list[Shot]) -> None:
    n, moment = len(shots), write.now()
    labels = {
        "image_id": [one.image_id for one in shots],
        "subject_id": [one.subject_id for one in shots],
        "sex": [SEXES[0]] * n,
        "population": [RAFD_POPULATIONS[0]] * n,
        "emotion": [one.emotion for one in shots],
        "camera_angle_deg": [one.camera_angle_deg for one in shots],
        "gaze": [one.gaze for one in shots],
    }
    images = labels | {
        "corpus": [CORPUS] * n,
        "path": [one.path for one in shots],
        "width_px": [RAFD_WIDTH_PX] * n,
        "height_px": [RAFD_HEIGHT_PX] * n,
        "size_bytes": [1] * n,
        "ingested_at": [moment] * n,
    }
    write.append(connection, "catalogue.images", write.batch("catalogue.images", images))
    known = labels | {"known_at": [moment] * n}
    write.append(connection, "catalogue.labels", write.batch("catalogue.labels", known))


def seconds(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
