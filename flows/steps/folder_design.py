"""The factorial design of a folder that was read: its cells, missing ones, takes, and photographs without reference.

Labels only: nothing is opened or stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from affect_store.store.features.references import NO_REFERENCE, OWN_REFERENCE, REFERENCE_RULES, PhotoLabels
from affect_store.store.types import Photo
from affect_store.store.vocabulary import NEUTRAL, PROFILE_ANGLES_DEG, UNKNOWN

Cell = tuple[str, str, int, str]
"""Subject, emotion, camera angle in degrees, gaze."""


@dataclass(frozen=True)
class Design:
    """The values of each factor in their order, missing cells, and the number of photographs in each other cell."""

    people: tuple[str, ...]
    emotions: tuple[str, ...]
    angles_deg: tuple[int, ...]
    gazes: tuple[str, ...]
    missing: tuple[Cell, ...]
    takes: Counter[Cell]

    @property
    def cells(self) -> int:
        """Number of cells of the full design."""
        return len(self.people) * len(self.emotions) * len(self.angles_deg) * len(self.gazes)


def design_of(photos: Sequence[Photo]) -> Design:
    """Return the design of photographs: every person with every emotion, camera and gaze that occurs.

    An unknown gaze is one of the design only if no gaze is known. Unlabelled photographs are in no cell, but their
    people are part of the design.
    """
    takes = Counter(_cell(photo) for photo in photos if photo.labels.emotion != UNKNOWN)
    labels = [photo.labels for photo in photos]
    people = tuple(sorted({label.subject_id for label in labels}))
    emotions = tuple(sorted({label.emotion for label in labels} - {UNKNOWN}))
    angles = tuple(sorted({label.camera_angle_deg for label in labels}))
    gazes = tuple(sorted({label.gaze for label in labels}))
    known = tuple(gaze for gaze in gazes if gaze != UNKNOWN) or gazes
    missing = tuple(cell for cell in product(people, emotions, angles, known) if cell not in takes)
    return Design(people, emotions, angles, known, missing, takes)


def _cell(photo: Photo) -> Cell:
    labels = photo.labels
    return labels.subject_id, labels.emotion, labels.camera_angle_deg, labels.gaze


def missing_by_person(design: Design) -> list[tuple[str, int, str]]:
    """Return the missing cells of each person who lacks any: person, their number, and which they are.

    Emotions that lack altogether come first, then angle and gaze of the cells of other emotions.
    """
    cells: dict[str, dict[str, list[str]]] = {}
    for subject_id, emotion, angle_deg, gaze in design.missing:
        cells.setdefault(subject_id, {}).setdefault(emotion, []).append(f"{angle_deg} {gaze}")
    of_emotion = len(design.angles_deg) * len(design.gazes)
    rows = []
    for subject_id, own in cells.items():
        whole = [emotion for emotion, names in own.items() if len(names) == of_emotion]
        parts = [f"{emotion} ({', '.join(names)})" for emotion, names in own.items() if emotion not in whole]
        named = "; ".join(filter(None, [", ".join(whole), *parts]))
        rows.append((subject_id, sum(map(len, own.values())), named))
    return rows


@dataclass(frozen=True)
class References:
    """People without a neutral photograph, at all or at a camera, and the photographs that have no delta for that.

    `without_frontal` lack one of the frontal camera. `missing` is the number of photographs without reference, and
    `own` of those that are references themselves, by the kind of delta.
    """

    without_neutral: tuple[str, ...]
    without_frontal: tuple[str, ...]
    without_camera: dict[int, tuple[str, ...]]
    missing: dict[str, int]
    own: dict[str, int]


def active(photos: Iterable[Photo]) -> list[Photo]:
    """Return the photographs that are used: those of the profile cameras are not."""
    return [photo for photo in photos if photo.labels.camera_angle_deg not in PROFILE_ANGLES_DEG]


def reference_rules(photos: Sequence[Photo]) -> dict[str, dict[str, str]]:
    """Return by kind of delta the rule of each photograph's reference, or the reason why it has none."""
    labels = [
        PhotoLabels(photo.image_id, photo.labels.subject_id, photo.labels.emotion, photo.labels.camera_angle_deg,
                    photo.labels.gaze, str(photo.path))
        for photo in photos
    ]  # fmt: skip
    return {
        kind: {image_id: reference.rule for image_id, reference in rule(labels).items()}
        for kind, rule in REFERENCE_RULES.items()
    }


def references_of(photos: Sequence[Photo]) -> References:
    """Return which references active photographs have by their labels, if a face is found in each."""
    rules = reference_rules(photos)
    labels = [photo.labels for photo in photos]
    shown = {(label.subject_id, label.camera_angle_deg) for label in labels}
    neutral = {(label.subject_id, label.camera_angle_deg) for label in labels if label.emotion == NEUTRAL}
    people, with_neutral = {subject_id for subject_id, _ in shown}, {subject_id for subject_id, _ in neutral}
    without_camera: dict[int, list[str]] = {}
    for subject_id, angle in sorted(shown - neutral):
        if subject_id in with_neutral:
            without_camera.setdefault(angle, []).append(subject_id)
    without_frontal = {
        photo.labels.subject_id for photo in photos if rules["frontal_unit"][photo.image_id] == NO_REFERENCE
    }
    return References(
        without_neutral=tuple(sorted(people - with_neutral)),
        without_frontal=tuple(sorted(without_frontal & with_neutral)),
        without_camera={angle: tuple(own) for angle, own in sorted(without_camera.items())},
        missing={kind: Counter(own.values())[NO_REFERENCE] for kind, own in rules.items()},
        own={kind: Counter(own.values())[OWN_REFERENCE] for kind, own in rules.items()},
    )
