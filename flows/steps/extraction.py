"""Extraction: landmarks and thumbnails of the catalogued photographs that lack them, on all cores.

A photograph without a face becomes a row of `features.misses`. Chunks are stored as they are completed, so a killed
run loses at most one chunk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
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
from affect_store.store.features.extract import FACES, LANDMARKS, ExtractionResult, extract
from affect_store.store.features.feature_options import DEFAULT_OPTIONS, FeatureOptions, require_options
from affect_store.store.features.feature_views import BICUBIC_PIXELS, PIXELS, PUBLISHED_FEATURES, SINGLE_LANDMARKS
from affect_store.store.features.references import NO_FACE
from affect_store.store.home import Home
from affect_store.store.types import Face, NoFace, Thumbnail

CHUNK_SIZE = 256
_VIEWS = {LANDMARKS: LANDMARKS, SINGLE_LANDMARKS: LANDMARKS, PIXELS: PIXELS, BICUBIC_PIXELS: PIXELS}
"""The features that are extracted from photographs, and the view of each."""


def store_extracted(
    connection: Connection, extracted: list[ExtractionResult], versions: Mapping[str, str], passes: int = 1
) -> None:
    """Store landmarks, thumbnails and missing features of one chunk in one transaction.

    `versions` holds the version of each extracted feature; the errors of landmarks over several passes are stored, too.
    """
    faces = {
        LANDMARKS: [image.face for image in extracted if isinstance(image.face, Face)],
        SINGLE_LANDMARKS: [image.single for image in extracted if isinstance(image.single, Face)],
    }
    thumbnails = {
        PIXELS: [image.thumbnail for image in extracted if image.thumbnail is not None],
        BICUBIC_PIXELS: [image.bicubic for image in extracted if image.bicubic is not None],
    }
    missing = _missing_features(connection, extracted, versions)
    with transaction(connection):
        for feature, found in faces.items():
            if found:
                _append_faces(connection, versions[feature], found)
        if faces[LANDMARKS] and passes > 1:
            _append_errors(connection, versions[LANDMARKS], faces[LANDMARKS])
        for feature, images in thumbnails.items():
            if images:
                rgb = [image.rgb.tobytes() for image in images]
                _append(connection, "pixels", versions[feature], images, {"rgb": rgb})
        record_missing_features(connection, missing)


def _append_faces(connection: Connection, version: str, faces: list[Face]) -> None:
    xyz = np.stack([face.xyz for face in faces]).reshape(len(faces), -1)
    detection = ("face_score", "face_count", "face_size_rank")
    columns = {name: [getattr(face, name) for face in faces] for name in detection}
    _append(connection, LANDMARKS, version, faces, {"xyz": xyz, **columns})


def _append_errors(connection: Connection, version: str, faces: list[Face]) -> None:
    """Store the standard errors of landmarks over several passes; a face that only one pass found has none."""
    errors = [None if face.errors is None else face.errors.tolist() for face in faces]
    columns = {
        "image_id": [face.image_id for face in faces],
        "version": [version] * len(faces),
        "n_passes": [face.pass_count for face in faces],
        "mean_error": [None if face.errors is None else float(face.errors.mean()) for face in faces],
        "errors": errors,
        "seal": [face.errors_checksum for face in faces],
        "created_at": [clock.now()] * len(faces),
    }
    write.append(connection, "features.landmark_errors", write.batch("features.landmark_errors", columns))


def _missing_features(
    connection: Connection, extracted: list[ExtractionResult], versions: Mapping[str, str]
) -> list[MissingFeature]:
    """List photographs without a face, and unreadable ones without stored features, whose values a row would hide."""
    missing: list[MissingFeature] = [
        (image.image_id, LANDMARKS, versions[feature], NO_FACE)
        for image in extracted
        for feature, face in ((LANDMARKS, image.face), (SINGLE_LANDMARKS, image.single))
        if isinstance(face, NoFace)
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


def materialize_landmarks(
    home: Home, options: FeatureOptions = DEFAULT_OPTIONS, *, published: Collection[str] = ()
) -> int:
    """Extract what is missing with these options; returns the number of photographs processed.

    `published` are features that only the published recipe reads; a home that has them already keeps them complete.

    Raises `CorpusError` for options that do not exist, and `WorkerDiedError` if a worker process was killed.
    """
    require_scale(options.decode_scale)
    require_options(options)
    with open_work(home) as connection:
        current = _register(connection, options, published)
        versions = {name: current[name] for name in _VIEWS if name in current}
        parameters = {**dict.fromkeys(PUBLISHED_FEATURES), **versions, "retried": UNREADABLE, "moment": clock.now()}
        photographs = reader.query_frame(connection, "features/select_images_to_extract", parameters)
    faces = faceless = crowded = 0
    unreadable: list[str] = []
    with console.step("extract landmarks and thumbnails", len(photographs)) as (step, advance):
        extracted = _name_dead_worker(_extract(photographs, options))
        for chunk in _chunks(extracted, CHUNK_SIZE, advance):
            with open_work(home) as connection:
                store_extracted(connection, chunk, versions, options.passes)
            faces += sum(isinstance(image.face, Face) for image in chunk)
            faceless += sum(isinstance(image.face, NoFace) for image in chunk)
            crowded += sum(isinstance(image.face, Face) and (image.face.face_count or 1) > 1 for image in chunk)
            unreadable += [image.unreadable for image in chunk if image.unreadable]
        step.remark = f"{faces:,} faces, {faceless} without" if faces + faceless else "nothing new"
        if others := len(photographs) - int(photographs["lacks_face"].sum()):
            step.remark = f"{step.remark}, {others:,} photographs for the published recipe"
    _report(crowded, unreadable)
    return len(photographs)


def _register(connection: Connection, options: FeatureOptions, published: Collection[str]) -> dict[str, str]:
    """Make the versions of these options current; returns version by feature.

    A home that has the pixels of the published recipe, or landmarks of its own for it, trains it: both stay complete.
    """
    if any(feature_services.is_current(connection, name) for name in PUBLISHED_FEATURES):
        has_pixels = feature_services.is_current(connection, BICUBIC_PIXELS)
        published = {*published, SINGLE_LANDMARKS, *([BICUBIC_PIXELS] if has_pixels else [])}
    is_apart = not options.is_single or feature_services.is_current(connection, SINGLE_LANDMARKS)
    single = feature_views.landmarks(options.single) if SINGLE_LANDMARKS in published and is_apart else None
    return feature_services.register(connection, feature_views.chosen(options, published=published), single)


def _extract(photographs: pl.DataFrame, options: FeatureOptions) -> Iterator[ExtractionResult]:
    """Extract what each photograph lacks, those that lack the same together."""
    lacking = pl.struct("lacks_face", "lacks_bicubic", "lacks_single").alias("lacking")
    for _, group in photographs.group_by(lacking, maintain_order=True):
        row = group.row(0, named=True)
        of_recipe = {BICUBIC_PIXELS: row["lacks_bicubic"], SINGLE_LANDMARKS: row["lacks_single"]}
        missing = [*(FACES if row["lacks_face"] else ()), *(name for name, lacks in of_recipe.items() if lacks)]
        yield from extract(group.select("image_id", "path").rows(), options=options, features=missing)


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
