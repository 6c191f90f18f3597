"""Which photograph a face is compared with, for each kind of delta. No landmark is touched here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from store.vocabulary import FRONTAL_DEG, FRONTAL_GAZE, GAZES, NEUTRAL

OWN_REFERENCE = "own reference"
NO_REFERENCE = "no reference"
NO_FACE = "no face"
SAME_PICTURE = "same picture as its reference"


@dataclass(frozen=True)
class Shot:
    """The part of a photograph's labels that decides its reference."""

    image_id: str
    subject_id: str
    emotion: str
    camera_angle_deg: int
    gaze: str
    path: str


@dataclass(frozen=True)
class Reference:
    """The reference chosen for an image, or the reason why there is none (`image_id` is then empty)."""

    image_id: str
    rule: str


def frontal(shots: Iterable[Shot]) -> dict[str, Reference]:
    """The notebook's rule: the person's neutral, frontal photograph with frontal gaze, whatever the camera.

    The reference itself has none ('own reference'). Of several candidates the first path counts.
    """
    shots = list(shots)
    found = _neutrals(shots)
    chosen = {}
    for shot in shots:
        candidates = found[shot.subject_id, FRONTAL_DEG, FRONTAL_GAZE]
        if not candidates:
            chosen[shot.image_id] = Reference("", NO_REFERENCE)
        elif candidates[0] == shot.image_id:
            chosen[shot.image_id] = Reference("", OWN_REFERENCE)
        else:
            chosen[shot.image_id] = Reference(candidates[0], "neutral, frontal camera, frontal gaze")
    return chosen


def same_camera(shots: Iterable[Shot]) -> dict[str, Reference]:
    """The same person's neutral photograph from the same camera with frontal gaze; for that photograph itself the
    neutral of another gaze. Never the photograph itself: where there is no other, 'no reference'."""
    shots = list(shots)
    found = _neutrals(shots)
    return {shot.image_id: _same_camera(shot, found) for shot in shots}


def _same_camera(shot: Shot, found: dict[tuple[str, int, str], list[str]]) -> Reference:
    for gaze in GAZES:
        for candidate in found[shot.subject_id, shot.camera_angle_deg, gaze]:
            if candidate != shot.image_id:
                return Reference(candidate, f"neutral, same camera, {gaze} gaze")
    return Reference("", NO_REFERENCE)


def _neutrals(shots: list[Shot]) -> dict[tuple[str, int, str], list[str]]:
    """Ids of the neutral photographs of each person, camera and gaze, ordered by path."""
    found: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for shot in sorted(shots, key=lambda one: one.path):
        if shot.emotion == NEUTRAL:
            found[shot.subject_id, shot.camera_angle_deg, shot.gaze].append(shot.image_id)
    return found


RULES: dict[str, Callable[[Iterable[Shot]], dict[str, Reference]]] = {"frontal_unit": frontal, "aligned": same_camera}
"""The rule that chooses the references of each kind of delta."""
