"""The features of the fabricated store: mean faces that are disturbed, turned and moved, and their true deltas."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np

from store.features import deltas, references
from store.features.perceptual import perceptual_hash
from store.features.references import Reference, Shot
from store.mesh import mean_face
from store.types import seal_of
from store.vocabulary import (
    AXES,
    EMOTIONS,
    FRONTAL_DEG,
    LANDMARK_COUNT,
    NEUTRAL,
    PIXEL_BYTES,
    PIXEL_CHANNELS,
    PIXEL_HEIGHT_PX,
    PIXEL_WIDTH_PX,
)
from tests.faces import normalised, rotation
from tests.validation.fabricate import ALIGNED, FRONTAL, LANDMARKS, NOW, PIXELS, Rows, faceless, insert

_RULES = {FRONTAL: references.frontal, ALIGNED: references.same_camera}
_UP = np.array([0.0, 1.0, 0.0])
_STILL = LANDMARK_COUNT - 1
"""A landmark that moves in nobody's frontal picture: its direction is 0."""

Misses = list[tuple[str, str, str, str]]


def store_features(connection: duckdb.DuckDBPyConnection, images: Rows, rng: np.random.Generator) -> None:
    """Landmarks, pixels, deltas and misses of these photographs of whole people."""
    missing = faceless(images)
    faces = [row for row in images if row["image_id"] != missing]
    xyz = _faces(faces, rng)
    misses: Misses = [(missing, "landmarks", LANDMARKS, "no face")] if missing else []
    ids = [row["image_id"] for row in faces]
    insert(connection, "features.landmarks", {
        **_stored(ids, LANDMARKS, xyz), "xyz": xyz.reshape(len(ids), -1),
        "face_score": np.full(len(ids), 0.9, np.float32),
    })  # fmt: skip
    for version, rule in _RULES.items():
        chosen = rule([_shot(row) for row in faces])
        misses += [(key, "deltas", version, one.rule) for key, one in chosen.items() if not one.image_id]
        misses += [(missing, "deltas", version, "no face")] if missing else []
        _store_deltas(connection, faces, xyz, version, chosen)
    _store_pixels(connection, [row["image_id"] for row in images], rng)
    insert(connection, "features.misses", {
        name: [miss[place] for miss in misses] for place, name in enumerate(("image_id", "view", "version", "reason"))
    } | {"released_at": [None] * len(misses), "created_at": [NOW] * len(misses)})  # fmt: skip


def _shot(row: dict[str, Any]) -> Shot:
    return Shot(*(row[name] for name in ("image_id", "subject_id", "emotion", "camera_angle_deg", "gaze", "path")))


def _faces(rows: Rows, rng: np.random.Generator) -> np.ndarray:
    """Landmarks (n, 468, 3): a person's own face, moved by the emotion, turned to the camera, a little disturbed."""
    shape = (LANDMARK_COUNT, AXES)
    own = {row["subject_id"]: mean_face() + rng.normal(0, 0.02, shape) for row in rows}
    moved = {name: np.random.default_rng(label).normal(0, 0.03, shape) for label, name in enumerate(EMOTIONS)}
    moved[NEUTRAL] = np.zeros(shape)
    found = np.empty((len(rows), *shape), np.float32)
    for place, row in enumerate(rows):
        face = own[row["subject_id"]] + moved[row["emotion"]] + rng.normal(0, 0.003, shape)
        face[_STILL] = own[row["subject_id"]][_STILL]
        face = face - [0, 0, own[row["subject_id"]][:, 2].mean()]
        face = face @ rotation(_UP, np.radians(FRONTAL_DEG - row["camera_angle_deg"])).T * 160
        found[place] = normalised(face + [340, 512, 0], (row["width_px"], row["height_px"]))
    return found


def _store_deltas(
    connection: duckdb.DuckDBPyConnection, faces: Rows, xyz: np.ndarray, version: str, chosen: dict[str, Reference]
) -> None:
    place = {row["image_id"]: number for number, row in enumerate(faces)}
    ids = [key for key, one in chosen.items() if one.image_id]
    own = xyz[[place[key] for key in ids]]
    other = xyz[[place[chosen[key].image_id] for key in ids]]
    if version == FRONTAL:
        batch = deltas.frontal_unit(own, other)
    else:
        sizes = np.array([(row["width_px"], row["height_px"]) for row in faces])[: len(ids)]
        batch = deltas.aligned(own, other, faces_size_px=sizes, references_size_px=sizes)
    insert(connection, "features.deltas", {
        **_stored(ids, version, batch.xyz), "xyz": batch.xyz.reshape(len(ids), -1), "magnitude": batch.magnitude,
        "zero_norm_count": batch.zero_norm_count,
        "reference_image_id": [chosen[key].image_id for key in ids],
        "reference_rule": [chosen[key].rule for key in ids],
    })  # fmt: skip


def _store_pixels(connection: duckdb.DuckDBPyConnection, ids: list[str], rng: np.random.Generator) -> None:
    rgb = rng.integers(0, 256, (len(ids), PIXEL_BYTES), dtype=np.uint8)
    shape = (PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS)
    insert(connection, "features.pixels", {
        **_stored(ids, PIXELS, rgb), "rgb": [one.tobytes() for one in rgb],
        "perceptual_hash": [perceptual_hash(one.reshape(shape)) for one in rgb],
    })  # fmt: skip


def _stored(ids: list[str], version: str, values: np.ndarray) -> dict[str, Any]:
    """The columns that every feature table has."""
    return {
        "image_id": ids, "version": [version] * len(ids), "created_at": [NOW] * len(ids),
        "seal": [seal_of(key, one.tobytes()) for key, one in zip(ids, values, strict=True)],
    }  # fmt: skip
