"""Repeatability of every feature of a corpus: copies of a sample of its photographs, compared and stored.

Landmarks of the copies are found with the options of the current version of the landmarks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from affect_store.flows.runtime import console
from affect_store.flows.steps import feature_services
from affect_store.flows.steps.copied_photographs import draw_photographs
from affect_store.flows.steps.copy_comparison import rows_of, without_other_faces
from affect_store.flows.steps.extraction import name_dead_worker
from affect_store.flows.steps.numbers import number_of
from affect_store.flows.steps.stored_landmarks import landmarks_of
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.settings import update
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import CorpusError, StoreError
from affect_store.store.features import copies, extract, feature_views
from affect_store.store.features.copies import COPIES
from affect_store.store.features.copy_values import ALIGNED, CopiedFaces, References, values_of_copies
from affect_store.store.features.feature_options import FeatureOptions
from affect_store.store.features.scalar_views import SCALAR_VIEWS
from affect_store.store.home import Home
from affect_store.store.types import FloatArray

PHOTOGRAPHS, SEED = 200, 7
TABLE = "features.repeatability"
CHUNK_SIZE = 2
"""Photographs per task of a worker: each takes as long as many, so that the progress bar moves."""

FEATURES = (extract.LANDMARKS, ALIGNED, *(view.name for view in SCALAR_VIEWS))


@dataclass(frozen=True)
class Sample:
    """Photographs of a corpus to copy, with the versions of the features and the options of their landmarks."""

    corpus: str
    seed: int
    photographs: pl.DataFrame
    versions: Mapping[str, str]
    options: FeatureOptions

    @property
    def hash(self) -> str:
        """Hash of everything that the repeatability follows from: 16 hexadecimal digits."""
        of_photographs = self.photographs.select("image_id", "landmarks_seal", "delta_seal", "reference_ids").rows()
        definition = [of_photographs, dict(self.versions), [repr(copy) for copy in COPIES], copies.REVISION]
        return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()[:16]


def measure_repeatability(home: Home, corpus: str, photographs: int = PHOTOGRAPHS, seed: int = SEED) -> int:
    """Measure and store the repeatability of a corpus; returns the number of new rows, 0 if it is stored already.

    Photographs that cannot be read are left out, counted, and tried again by the next call.

    Raises `CorpusError` if no photograph of the corpus has landmarks and a delta, or none can be read, `StoreError` if
    the landmarks are of other libraries than those installed, and `WorkerDiedError` if a worker process was killed.
    """
    with open_work(home) as connection:
        sample = draw_sample(connection, corpus, photographs, seed)
        if is_measured(connection, sample):
            return 0
    landmarks = _landmarks_of_copies(sample)
    with console.step(f"compare copies, {corpus}") as (step, _), open_work(home) as connection:
        rows = _measured(connection, sample, landmarks)
        # of other photographs than the sample if some could not be read, so that the next call tries them again
        compared = replace(sample, photographs=sample.photographs.filter(pl.col("image_id").is_in(list(landmarks))))
        step.remark = f"{_store(connection, compared, rows):,} rows"
    return len(rows)


def draw_sample(connection: Connection, corpus: str, photographs: int, seed: int) -> Sample:
    """Draw the photographs of a corpus that are copied: see `copied_photographs`.

    Raises `CorpusError` and `StoreError` as `measure_repeatability` does.
    """
    versions = feature_services.current_versions(connection)
    current = {name: versions[name] for name in FEATURES if name in versions}
    parameters = reader.query_frame(
        connection, "features/select_parameters", {"version": versions[extract.LANDMARKS]}
    ).item()
    options = feature_views.options_of(json.loads(parameters))
    if feature_views.landmarks(options).version != versions[extract.LANDMARKS]:
        raise StoreError(
            "the landmarks in the store were found by other versions of the libraries than those installed, so that "
            "copies could not be compared with them: run `affect run` on the same photographs first"
        )
    bound = {
        "corpus": corpus, "landmarks": versions[extract.LANDMARKS], "deltas": versions[ALIGNED], "moment": clock.now(),
    }  # fmt: skip
    known = reader.query_frame(connection, "features/select_photographs_to_copy", bound)
    if known.is_empty():
        raise CorpusError(
            f"no photograph of the corpus {corpus!r} has landmarks of the current version and a delta: run `affect "
            "run` on its folder first. Deltas need a neutral photograph of the person from the same camera"
        )
    return Sample(corpus, seed, draw_photographs(known, photographs, seed), current, options)


def is_measured(connection: Connection, sample: Sample) -> bool:
    """Return whether the repeatability over this sample is stored."""
    bound = {"corpus": sample.corpus, "versions": list(sample.versions.values())}
    hashes = reader.query_frame(connection, "features/select_repeatability_sample", bound)["sample_hash"].to_list()
    return hashes == [sample.hash]


def _landmarks_of_copies(sample: Sample) -> dict[str, FloatArray]:
    """Return the landmarks of the copies of each photograph that can be read, (k, 468, 3): see `copies.as_array`."""
    landmarks: dict[str, FloatArray] = {}
    unreadable: list[str] = []
    with console.step(f"find faces in copies, {sample.corpus}", len(sample.photographs)) as (step, advance):
        for result in _extract(sample):
            advance(1)
            if result.copies is None:
                unreadable.append(result.unreadable)
            else:
                landmarks[result.image_id] = copies.as_array(result.copies)
        step.remark = f"{len(COPIES) * len(landmarks):,} copies of {number_of(len(landmarks), 'photograph')}"
    if not landmarks:
        raise CorpusError(f"no photograph of the corpus {sample.corpus!r} can be read: {unreadable[0]}")
    if unreadable:
        console.say(f"      {len(unreadable)} could not be read, and are left out: {unreadable[0]}", style="yellow")
    return landmarks


def _extract(sample: Sample) -> Iterator[extract.ExtractionResult]:
    photos = sample.photographs.select("image_id", "path").rows()
    features = (extract.COPIES,)
    yield from name_dead_worker(
        extract.extract(photos, options=sample.options, features=features, chunk_size=CHUNK_SIZE)
    )


def _measured(connection: Connection, sample: Sample, landmarks: Mapping[str, FloatArray]) -> list[dict[str, object]]:
    """Return the rows of the table, from the landmarks of the copies of each photograph, (k, 468, 3)."""
    photographs = sample.photographs.filter(pl.col("image_id").is_in(list(landmarks)))
    image_ids = photographs["image_id"].to_list()
    version = sample.versions[extract.LANDMARKS]
    own = landmarks_of(connection, image_ids, version)
    faces = np.concatenate([own[:, None], np.stack([landmarks[image_id] for image_id in image_ids])], axis=1)
    sizes = photographs.select("width_px", "height_px").to_numpy()
    copied = CopiedFaces(without_other_faces(faces, sizes), sizes, _references(connection, photographs, version))
    people = photographs["subject_id"].to_numpy().astype(np.str_)
    unread = len(sample.photographs) - len(photographs)
    return [row for values in values_of_copies(copied) for row in rows_of(values, people, unread)]


def _references(connection: Connection, photographs: pl.DataFrame, version: str) -> References:
    counts = photographs["reference_ids"].list.len().cast(pl.Int64).to_numpy()
    names = photographs.with_columns(
        first=pl.struct("reference_ids", "reference_image_id").map_elements(
            lambda row: row["reference_ids"].index(row["reference_image_id"]), return_dtype=pl.Int64
        )
    )
    image_ids = photographs["reference_ids"].explode().to_list()
    sizes = reader.query_frame(connection, "features/select_sizes", {"image_ids": image_ids}).to_numpy()
    first = np.cumsum(counts) - counts + names["first"].to_numpy()
    return References(landmarks_of(connection, image_ids, version), sizes, counts, first)


def _store(connection: Connection, sample: Sample, rows: Sequence[Mapping[str, object]]) -> int:
    """Replace the rows of the corpus and these versions."""
    shared = {
        "corpus": sample.corpus, "seed": sample.seed, "sample_hash": sample.hash, "created_at": clock.now(),
    }  # fmt: skip
    known = [row for row in rows if row["feature"] in sample.versions]
    complete = [{**row, **shared, "version": sample.versions[str(row["feature"])]} for row in known]
    columns = {name: [row[name] for row in complete] for name in complete[0] if name != "feature"}
    with transaction(connection):
        bound = {"corpus": sample.corpus, "versions": list(sample.versions.values())}
        update(connection, "features/delete_repeatability", bound)
        return write.append(connection, TABLE, write.batch(TABLE, columns))
