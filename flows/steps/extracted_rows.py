"""Rows of what was extracted from photographs: landmarks and their errors, thumbnails, reasons for missing ones."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from affect_store.flows.steps.missing_features import UNREADABLE, MissingFeature, record_missing_features
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.features.extract import LANDMARKS, ExtractionResult
from affect_store.store.features.feature_views import BICUBIC_PIXELS, PIXELS, SINGLE_LANDMARKS
from affect_store.store.features.references import NO_FACE
from affect_store.store.types import Face, NoFace, Thumbnail

VIEW_OF = {LANDMARKS: LANDMARKS, SINGLE_LANDMARKS: LANDMARKS, PIXELS: PIXELS, BICUBIC_PIXELS: PIXELS}
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
        for feature, with_face in faces.items():
            if with_face:
                _append_faces(connection, versions[feature], with_face)
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
            keys = [(image.image_id, view, versions[name]) for name, view in VIEW_OF.items() if name in versions]
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
