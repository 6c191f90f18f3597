"""What can be trained on a folder that was read, from labels alone: as if a face were found in every photograph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import polars as pl

from affect_store.flows.steps import split_drawing
from affect_store.flows.steps.feature_services import features_of
from affect_store.flows.steps.folder_design import reference_rules
from affect_store.flows.steps.split_drawing import DrawnSplit, Members
from affect_store.flows.steps.trainability import why_untrainable
from affect_store.models.systems import CORRECTED, ENSEMBLE, OWN, SYSTEMS
from affect_store.store.errors import CorpusError
from affect_store.store.features.references import NO_REFERENCE, OWN_REFERENCE
from affect_store.store.offline.splits import NOTEBOOK_SEED, Person
from affect_store.store.types import Photo
from affect_store.store.vocabulary import PARTS, UNKNOWN

_WITHOUT = (NO_REFERENCE, OWN_REFERENCE)


@dataclass(frozen=True)
class Training:
    """Models that can be trained, reasons with the models that cannot, people in each part, and notes on the splits.

    `reason` says why nothing can be trained; it is empty if something can.
    """

    models: tuple[str, ...] = ()
    untrainable: tuple[tuple[str, tuple[str, ...]], ...] = ()
    people: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""


def training_on(photos: Sequence[Photo]) -> Training:
    """Return what a run would train on these active photographs, split by person and by image.

    References are chosen among all of them, and unlabelled ones are then left out.
    """
    if not photos:
        return Training(reason="no photograph is in use")
    members = _labelled(_members(photos))
    try:
        drawn = split_drawing.draw(members, NOTEBOOK_SEED)
    except CorpusError as error:
        return Training(reason=str(error).removesuffix(f". {split_drawing.REMEDY}"))
    reasons: dict[str, list[str]] = {}
    for name, system in SYSTEMS.items():
        if system.family == OWN:  # its features need not be those of a folder
            continue
        if system.family != ENSEMBLE:
            reasons.setdefault(_why_untrainable(drawn, name), []).append(name)
    models = tuple(reasons.pop("", []))
    by_person = drawn[0].assigned
    return Training(
        models,
        tuple((reason, tuple(names)) for reason, names in reasons.items()),
        tuple((part, by_person.filter(part=part)["subject_id"].n_unique()) for part in PARTS),
        tuple(note for split in drawn for note in split_drawing.notes(split, members)),
        "" if models else "no model has the features that it needs",
    )


def _labelled(members: Members) -> Members:
    photographs = members.photographs.filter(pl.col("emotion") != UNKNOWN)
    people = [
        replace(person, emotions=tuple(name for name in person.emotions if name != UNKNOWN))
        for person in members.people
        if set(person.emotions) != {UNKNOWN}
    ]
    return replace(members, photographs=photographs, people=people)


def _why_untrainable(drawn: Sequence[DrawnSplit], model: str) -> str:
    features = features_of(model, CORRECTED)
    return next(filter(None, (why_untrainable(split.assigned, features) for split in drawn)), "")


def _members(photos: Sequence[Photo]) -> Members:
    rules = reference_rules(photos)
    emotions: dict[str, set[str]] = {}
    for photo in photos:
        emotions.setdefault(photo.labels.subject_id, set()).add(photo.labels.emotion)
    people = {
        photo.labels.subject_id: Person(
            photo.labels.subject_id, photo.labels.sex, photo.labels.population,
            emotions=tuple(sorted(emotions[photo.labels.subject_id])),
        )
        for photo in photos
    }  # fmt: skip
    rows = [
        {
            "image_id": photo.image_id, "subject_id": photo.labels.subject_id, "emotion": photo.labels.emotion,
            "landmarks": "", "pixels": "",
            **{kind: None if own[photo.image_id] in _WITHOUT else "" for kind, own in rules.items()},
        }
        for photo in photos
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
    return Members(frame, list(people.values()), {}, datetime.now(UTC))
