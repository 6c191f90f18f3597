"""Neutral photographs as references of new photographs: a file, or the neutral photographs of a person in the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from affect_store.store.engine import reader
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.errors import StoreError, UnknownNameError, UnreadablePhotoError, unknown_name
from affect_store.store.features.extract import ExtractionResult
from affect_store.store.features.head_pose import head_pose
from affect_store.store.features.references import (
    NO_REFERENCE,
    REFERENCE_RULES,
    PhotoLabels,
    Reference,
    same_camera_neutrals,
)
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.types import ByteArray, Face, FloatArray
from affect_store.store.vocabulary import (
    AXES,
    FRONTAL_DEG,
    FRONTAL_GAZE,
    LANDMARK_COUNT,
    NEUTRAL,
    PIXEL_CHANNELS,
    PIXEL_HEIGHT_PX,
    PIXEL_WIDTH_PX,
    UNKNOWN,
)

MAX_TURN_DEG = 22.5
"""Largest difference in yaw at which a photograph counts as taken by the camera of a stored neutral one: half the
distance between the cameras of RaFD."""

_OTHER_ANGLE = "no neutral photograph from a similar angle"


@dataclass(frozen=True)
class Neutral:
    """A neutral photograph: landmarks (468, 3) image-normalised, (width, height) in pixels, and the thumbnail
    (128, 85, 3) where a model needs it."""

    xyz: FloatArray
    size_px: tuple[int, int]
    rgb: ByteArray | None = None


@dataclass(frozen=True)
class Neutrals:
    """The neutral photographs of one person, with the labels that decide which of them is a photograph's reference.

    A new photograph has no labels: it counts as taken by the camera of the neutral one whose yaw is closest, if that is
    within `max_turn_deg`.
    """

    labels: tuple[PhotoLabels, ...]
    photographs: Mapping[str, Neutral]
    max_turn_deg: float = MAX_TURN_DEG

    def references_of(self, image_id: str, xyz: FloatArray, size_px: tuple[int, int]) -> dict[str, Reference]:
        """Return the reference of a photograph for each kind of delta, by the rules of training; the empty id of a
        reference comes with the reason.

        `xyz` are its landmarks (468, 3), image-normalised.
        """
        photos = self._with_labels(image_id, xyz, size_px)
        if not photos:
            return dict.fromkeys(REFERENCE_RULES, Reference("", _OTHER_ANGLE))
        return {kind: rule(photos)[image_id] for kind, rule in REFERENCE_RULES.items()}

    def _with_labels(self, image_id: str, xyz: FloatArray, size_px: tuple[int, int]) -> list[PhotoLabels]:
        """Return the labels of the neutral photographs and of this one; nothing if it is from another angle."""
        if any(photo.image_id == image_id for photo in self.labels):
            return list(self.labels)
        camera_deg = self._camera_deg(xyz, size_px)
        if camera_deg is None:
            return []
        own = PhotoLabels(image_id, self.labels[0].subject_id, UNKNOWN, camera_deg, UNKNOWN, "")
        return [*self.labels, own]

    def several_of(self, image_id: str, xyz: FloatArray, size_px: tuple[int, int]) -> list[str]:
        """Return the ids of the references over which aligned deltas are averaged, by the rule of training."""
        photos = self._with_labels(image_id, xyz, size_px)
        return same_camera_neutrals(photos)[image_id] if photos else []

    def _camera_deg(self, xyz: FloatArray, size_px: tuple[int, int]) -> int | None:
        faces = np.stack([xyz, *(self.photographs[photo.image_id].xyz for photo in self.labels)])
        sizes = np.array([size_px, *(self.photographs[photo.image_id].size_px for photo in self.labels)])
        yaw_deg = head_pose(faces, sizes)[:, 0]
        turn_deg = np.abs(yaw_deg[1:] - yaw_deg[0])
        nearest = int(turn_deg.argmin())
        return self.labels[nearest].camera_angle_deg if turn_deg[nearest] <= self.max_turn_deg else None


def reason_of(reference: Reference) -> str:
    """Return why a photograph without a reference has none."""
    return "no neutral photograph" if reference.rule == NO_REFERENCE else reference.rule


def of_files(images: Sequence[ExtractionResult]) -> Neutrals:
    """Return the photographs of files as the references of all others, whatever their angle; the first one comes first.

    Raises `UnreadablePhotoError` if one cannot be read or shows no face.
    """
    photographs = {image.image_id: _neutral_of(image) for image in images}
    labels = (
        PhotoLabels(image_id, "", NEUTRAL, FRONTAL_DEG, FRONTAL_GAZE, f"{number:06}")
        for number, image_id in enumerate(photographs)
    )
    return Neutrals(tuple(labels), photographs, max_turn_deg=np.inf)


def of_file(image: ExtractionResult) -> Neutrals:
    """Return the photograph of a file as the reference of all others; raises as `of_files` does."""
    return of_files([image])


def _neutral_of(image: ExtractionResult) -> Neutral:
    if image.unreadable or image.header is None:
        raise UnreadablePhotoError(f"the neutral photograph cannot be read: {image.unreadable}")
    if not isinstance(image.face, Face):
        raise UnreadablePhotoError("no face was found in the neutral photograph: give another one")
    rgb = image.thumbnail.rgb if image.thumbnail is not None else None
    return Neutral(image.face.xyz, image.header.size_px, rgb)


def of_subject(source: StoreFile, subject: str, versions: Mapping[str, str], *, with_pixels: bool) -> Neutrals:
    """Return the neutral photographs of a person that have features of these versions.

    Raises `UnknownNameError` for an unknown person, and `StoreError` for one without such photographs, or if thumbnails
    are needed that were not published.
    """
    rows = reader.query_frame(source.connection, "catalogue/select_neutral_photographs", {"subject_id": subject})
    if rows.is_empty():
        require_person(source, subject)
    landmarks = _values(source, "landmarks", rows["image_id"].to_list(), versions)
    pixels = _values(source, "pixels", list(landmarks), versions) if with_pixels else {}
    sizes = {row["image_id"]: (row["width_px"], row["height_px"]) for row in rows.iter_rows(named=True)}
    photographs = {
        image_id: Neutral(
            xyz.reshape(LANDMARK_COUNT, AXES),
            sizes[image_id],
            pixels[image_id].reshape(PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS) if with_pixels else None,
        )
        for image_id, xyz in landmarks.items()
        if not with_pixels or image_id in pixels
    }
    if not photographs:
        raise StoreError(
            f"{subject} has no neutral photograph with a face in the store: give a file with `--neutral FILE`"
        )
    columns = ("image_id", "subject_id", "emotion", "camera_angle_deg", "gaze", "path")
    labels = (PhotoLabels(**row) for row in rows.select(columns).iter_rows(named=True))
    return Neutrals(tuple(photo for photo in labels if photo.image_id in photographs), photographs)


def require_person(source: StoreFile, subject: str) -> None:
    """Raise `UnknownNameError`, with similar names, for a person who is not in the store."""
    known = reader.query_frame(source.connection, "catalogue/select_known_people")["subject_id"].to_list()
    if subject not in known:
        raise UnknownNameError(unknown_name("person", subject, known))


def _values(source: StoreFile, feature: str, image_ids: list[str], versions: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of one feature by image_id, of the photographs that have it."""
    if not image_ids:
        return {}
    features = FeatureStore(source).get_features(feature, image_ids, version=versions[feature])
    return dict(zip(*features.matrix(), strict=True))
