"""The rules that choose each photograph's reference, for each kind of delta. Labels only, no landmarks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from affect_store.store.vocabulary import FRONTAL_DEG, FRONTAL_GAZE, GAZES, NEUTRAL, UNKNOWN

MAX_REFERENCES = 16
"""Largest number of references that a delta is averaged over."""

OWN_REFERENCE = "own reference"
NO_REFERENCE = "no reference"
NO_FACE = "no face"
SAME_PICTURE = "same picture as its reference"

_GAZES = (FRONTAL_GAZE, UNKNOWN, *(gaze for gaze in GAZES if gaze != FRONTAL_GAZE))
"""Gazes of references in the order of preference: corpora that do not record the gaze rarely vary it."""


@dataclass(frozen=True)
class PhotoLabels:
    """The labels of a photograph that decide its reference."""

    image_id: str
    subject_id: str
    emotion: str
    camera_angle_deg: int
    gaze: str
    path: str


@dataclass(frozen=True)
class Reference:
    """The reference of a photograph and the rule that chose it; without one, `image_id` is empty, `rule` the reason."""

    image_id: str
    rule: str


def frontal_references(photos: Iterable[PhotoLabels]) -> dict[str, Reference]:
    """Choose by the notebook's rule: the subject's neutral, frontal photograph with frontal gaze, for every camera.

    Without one, a photograph of unknown gaze serves, then one of another gaze. The reference itself has none ('own
    reference'). Among several takes the first path counts.
    """
    photos = list(photos)
    neutrals = _neutrals(photos)
    return {photo.image_id: _frontal(photo, neutrals) for photo in photos}


def _frontal(photo: PhotoLabels, neutrals: dict[tuple[str, int, str], list[str]]) -> Reference:
    for gaze in _GAZES:
        for candidate in neutrals[photo.subject_id, FRONTAL_DEG, gaze]:
            if candidate == photo.image_id:
                return Reference("", OWN_REFERENCE)
            return Reference(candidate, f"neutral, frontal camera, {gaze} gaze")
    return Reference("", NO_REFERENCE)


def same_camera_references(photos: Iterable[PhotoLabels]) -> dict[str, Reference]:
    """Choose the subject's neutral photograph from the same camera with frontal gaze, else of unknown or another gaze.

    Among several takes the first path counts. For that photograph itself it is another take, else the neutral of
    another gaze. The only neutral photograph of a camera has none ('own reference').
    """
    photos = list(photos)
    neutrals = _neutrals(photos)
    return {photo.image_id: _same_camera(photo, neutrals) for photo in photos}


def _same_camera(photo: PhotoLabels, neutrals: dict[tuple[str, int, str], list[str]]) -> Reference:
    for gaze in _GAZES:
        for candidate in neutrals[photo.subject_id, photo.camera_angle_deg, gaze]:
            if candidate != photo.image_id:
                return Reference(candidate, f"neutral, same camera, {gaze} gaze")
    return Reference("", OWN_REFERENCE if photo.emotion == NEUTRAL else NO_REFERENCE)


def same_camera_neutrals(photos: Iterable[PhotoLabels], limit: int = MAX_REFERENCES) -> dict[str, list[str]]:
    """Return the ids of at most `limit` of the subject's other neutral photographs from the same camera, of any gaze.

    The reference of `same_camera_references` is one of them, and the others are those with the lowest ids: as an id is
    the hash of a file, this is a random choice that new photographs hardly change. Ids are returned in order, and none
    for a photograph without that reference.
    """
    photos = list(photos)
    lowest: dict[tuple[str, int], list[str]] = defaultdict(list)
    for photo in sorted(photos, key=lambda photo: photo.image_id):
        if photo.emotion == NEUTRAL and len(lowest[photo.subject_id, photo.camera_angle_deg]) <= limit:
            lowest[photo.subject_id, photo.camera_angle_deg].append(photo.image_id)
    first = same_camera_references(photos)
    return {photo.image_id: _several(photo, first[photo.image_id].image_id, lowest, limit) for photo in photos}


def _several(photo: PhotoLabels, first: str, lowest: dict[tuple[str, int], list[str]], limit: int) -> list[str]:
    if not first:
        return []
    candidates = lowest[photo.subject_id, photo.camera_angle_deg]
    others = [image_id for image_id in candidates if image_id not in (photo.image_id, first)]
    return sorted([first, *others[: limit - 1]])


def _neutrals(photos: list[PhotoLabels]) -> dict[tuple[str, int, str], list[str]]:
    """Return the ids of the neutral photographs of each subject, camera and gaze, ordered by path."""
    neutrals: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for photo in sorted(photos, key=lambda photo: photo.path):
        if photo.emotion == NEUTRAL:
            neutrals[photo.subject_id, photo.camera_angle_deg, photo.gaze].append(photo.image_id)
    return neutrals


REFERENCE_RULES: dict[str, Callable[[Iterable[PhotoLabels]], dict[str, Reference]]] = {
    "frontal_unit": frontal_references,
    "aligned": same_camera_references,
}
"""The rule for the references of each kind of delta."""
