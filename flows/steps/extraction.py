"""Extraction: landmarks and thumbnails of the catalogued photographs that lack them, on all cores.

A photograph without a face becomes a row of `features.misses`. Chunks are stored as they are completed, so a killed
run loses at most one chunk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

import numpy as np
import polars as pl

from affect_store.flows.runtime import console
from affect_store.flows.steps import feature_services
from affect_store.flows.steps.missing_features import UNREADABLE, MissingFeature, record_missing_features
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import WorkerDiedError
from affect_store.store.features import feature_views
from affect_store.store.features.decode import require_scale
from affect_store.store.features.extract import LANDMARKS, ExtractionResult, extract
from affect_store.store.features.feature_views import BICUBIC_PIXELS, PIXELS
from affect_store.store.features.references import NO_FACE
from affect_store.store.home import Home
from affect_store.store.types import Face, NoFace, Thumbnail

CHUNK_SIZE = 256
_VIEWS = {LANDMARKS: LANDMARKS, PIXELS: PIXELS, BICUBIC_PIXELS: PIXELS}
"""The features that are extracted from photographs, and the view of each."""


def store_extracted(connection: Connection, extracted: list[ExtractionResult], versions: Mapping[str, str]) -> None:
    """Store landmarks, thumbnails and missing features of one chunk in one transaction.

    `versions` holds the version of each extracted feature.
    """
    faces = [image.face for image in extracted if isinstance(image.face, Face)]
    thumbnails = {
        PIXELS: [image.thumbnail for image in extracted if image.thumbnail is not None],
        BICUBIC_PIXELS: [image.bicubic for image in extracted if image.bicubic is not None],
    }
    missing = _missing_features(connection, extracted, versions)
    with transaction(connection):
        if faces:
            xyz = np.stack([face.xyz for face in faces]).reshape(len(faces), -1)
            detection = ("face_score", "face_count", "face_size_rank")
            columns = {name: [getattr(face, name) for face in faces] for name in detection}
            _append(connection, LANDMARKS, versions[LANDMARKS], faces, {"xyz": xyz, **columns})
        for feature, images in thumbnails.items():
            if images:
                rgb = [image.rgb.tobytes() for image in images]
                _append(connection, "pixels", versions[feature], images, {"rgb": rgb})
        record_missing_features(connection, missing)


def _missing_features(
    connection: Connection, extracted: list[ExtractionResult], versions: Mapping[str, str]
) -> list[MissingFeature]:
    """List photographs without a face, and unreadable ones without stored features, whose values a row would hide."""
    missing: list[MissingFeature] = [
        (image.image_id, LANDMARKS, versions[LANDMARKS], NO_FACE)
        for image in extracted
        if isinstance(image.face, NoFace)
    ]
    image_ids = [image.image_id for image in extracted]
    stored = set(reader.query_frame(connection, "features/select_stored_features", {"image_ids": image_ids}).rows())
    for image in extracted:
        if image.unreadable:
            keys = [(image.image_id, view, versions[name]) for name, view in _VIEWS.items() if name in versions]
            missing += [(*key, f"{UNREADABLE}: {image.unreadable}") for key in keys if key not in stored]
    return missing


def _append(
    connection: Connection,
    view: str,
    version: str,
    entities: list[Face] | list[Thumbnail],
    values: dict[str, object],
) -> None:
    columns = {
        "image_id": [entity.image_id for entity in entities],
        "version": [version] * len(entities),
        "seal": [entity.checksum for entity in entities],
        "created_at": [clock.now()] * len(entities),
        **values,
    }
    write.append(connection, f"features.{view}", write.batch(f"features.{view}", columns))


def materialize_landmarks(home: Home, decode_scale: float = 1.0, *, with_bicubic: bool = False) -> int:
    """Extract what is missing at this scale; returns the number of photographs processed.

    `with_bicubic` adds the pixels of the published recipe; a home that has them already keeps them complete.

    Raises `CorpusError` for an unknown scale, and `WorkerDiedError` if a worker process was killed.
    """
    require_scale(decode_scale)
    with open_work(home) as connection:
        with_bicubic = with_bicubic or feature_services.is_current(connection, BICUBIC_PIXELS)
        current = feature_services.register(connection, feature_views.chosen(decode_scale, with_bicubic=with_bicubic))
        versions = {name: current[name] for name in _VIEWS if name in current}
        parameters = {BICUBIC_PIXELS: None, **versions, "retried": UNREADABLE, "moment": clock.now()}
        photographs = reader.query_frame(connection, "features/select_images_to_extract", parameters)
    faces = faceless = crowded = 0
    unreadable: list[str] = []
    with console.step("extract landmarks and thumbnails", len(photographs)) as (step, advance):
        extracted = _name_dead_worker(_extract(photographs, decode_scale, tuple(versions)))
        for chunk in _chunks(extracted, CHUNK_SIZE, advance):
            with open_work(home) as connection:
                store_extracted(connection, chunk, versions)
            faces += sum(isinstance(image.face, Face) for image in chunk)
            faceless += sum(isinstance(image.face, NoFace) for image in chunk)
            crowded += sum(isinstance(image.face, Face) and (image.face.face_count or 1) > 1 for image in chunk)
            unreadable += [image.unreadable for image in chunk if image.unreadable]
        step.remark = f"{faces:,} faces, {faceless} without" if faces + faceless else "nothing new"
        if thumbnails := len(photographs) - int(photographs["lacks_face"].sum()):
            step.remark = f"{step.remark}, {thumbnails:,} thumbnails of the published recipe"
    _report(crowded, unreadable)
    return len(photographs)


def _extract(photographs: pl.DataFrame, scale: float, features: Sequence[str]) -> Iterator[ExtractionResult]:
    """Extract all features of the photographs that lack a face or pixels, then the bicubic pixels of the others."""
    for lacks_face, missing in ((True, features), (False, (BICUBIC_PIXELS,))):
        chosen = photographs.filter(lacks_face=lacks_face).select("image_id", "path").rows()
        yield from extract(chosen, decode_scale=scale, features=missing)


def _report(crowded: int, unreadable: list[str]) -> None:
    """Print how many photographs show several faces, and how many could not be read."""
    if crowded:
        photographs = "1 photograph shows" if crowded == 1 else f"{crowded:,} photographs show"
        console.say(
            f"      {photographs} several faces; the landmarks are those of the face that the detector is surest of: "
            'affect sql "SELECT image_id, face_count, face_size_rank FROM features.landmarks WHERE face_count > 1"',
            style="yellow",
        )
    if unreadable:
        console.say(
            f"      {len(unreadable)} could not be read; the next run tries again: {unreadable[0]}", style="yellow"
        )


def _name_dead_worker(extracted: Iterable[ExtractionResult]) -> Iterator[ExtractionResult]:
    try:
        yield from extracted
    except BrokenProcessPool as error:
        raise WorkerDiedError(
            "a face extraction process was killed (out of memory?); stored features are kept, run again to continue"
        ) from error


def _chunks(
    extracted: Iterable[ExtractionResult], size: int, advance: console.Advance
) -> Iterator[list[ExtractionResult]]:
    iterator = iter(extracted)
    while True:
        chunk = []
        for image in islice(iterator, size):
            chunk.append(image)
            advance(1)
        if not chunk:
            return
        yield chunk
