"""The findings of a folder's check as sentences, each with what follows from it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from affect_store.flows.steps.folder_check import FolderCheck
from affect_store.flows.steps.numbers import number_of
from affect_store.models.evaluation.champion_test import MIN_PEOPLE_FOR_PROMOTION
from affect_store.store.sources.named_layouts import NAMED_LAYOUTS
from affect_store.store.vocabulary import MIN_PEOPLE, PROFILE_ANGLES_DEG, SEX_LABELS, UNKNOWN

_LISTED = 5


def overview(check: FolderCheck) -> dict[str, str]:
    """Return the facts that a person reads first, by their names."""
    labels = [photo.labels for photo in check.photos]
    sex_of = {label.subject_id: label.sex for label in labels}
    sexes = Counter(sex_of.values())
    design, several = check.design, [count for count in check.design.takes.values() if count > 1]
    title = f" ({NAMED_LAYOUTS[check.layout].title})" if check.layout in NAMED_LAYOUTS else ""
    return {
        "folder": str(check.folder),
        "layout": check.layout + title,
        "photographs": f"{len(labels):,} understood, {len(check.rejects):,} rejected, {len(check.skipped):,} skipped",
        "people": f"{len(sex_of):,} ({', '.join(f'{sexes[sex]} {sex}' for sex in SEX_LABELS if sexes[sex])})",
        "emotions": _counted(Counter(_emotion(label.emotion) for label in labels)),
        "cameras": _counted(Counter(label.camera_angle_deg for label in labels)),
        "gazes": _counted(Counter(label.gaze for label in labels)),
        "takes": f"up to {max(several)} photographs in {len(several):,} cells" if several else "one photograph a cell",
        "design": f"{number_of(design.cells, 'cell')} ({number_of(len(design.people), 'person', 'people')} x "
        f"{number_of(len(design.emotions), 'emotion')} x {number_of(len(design.angles_deg), 'camera')} x "
        f"{number_of(len(design.gazes), 'gaze')}), {len(design.missing):,} missing",
    }


def _emotion(label: str) -> str:
    return "unlabelled" if label == UNKNOWN else label


def _counted(counts: Counter[Any]) -> str:
    return ", ".join(f"{value} {counts[value]:,}" for value in sorted(counts))


def findings(check: FolderCheck) -> Iterator[str]:
    """Yield a sentence per finding of a folder that can be used, with what follows from it."""
    yield from check.remarks
    for group in check.similar_ids:
        names = " and ".join(f"{member.name!r} ({member.photographs} photographs)" for member in group)
        same = f"--same {shlex.quote(f'{group[0].name}={group[1].name}')}"
        yield (
            f"The ids {names} may belong to one person: a run stops and asks, unless that was decided before. "
            f"`{same}` says that they do, `--distinct` that they do not"
        )
    yield from _about_references(check)
    profiles = sum(photo.labels.camera_angle_deg in PROFILE_ANGLES_DEG for photo in check.photos)
    if profiles:
        yield f"{profiles:,} photographs of the profile cameras are catalogued, but not used"
    unlabelled = sum(photo.labels.emotion == UNKNOWN for photo in check.photos)
    if unlabelled:
        yield (
            f"{number_of(unlabelled, 'photograph')} without a label: catalogued with features, and predicted by every "
            "system that is trained by person, but neither trained on nor scored"
        )
    yield from check.training.notes
    yield from _about_people(check)


def _about_references(check: FolderCheck) -> Iterator[str]:
    references, corpus = check.references, check.folder.name
    if people := references.without_neutral:
        yield (
            f"{_people(people, corpus)} without a neutral photograph: their photographs have no delta features, and "
            "only models of landmarks and pixels see them"
        )
    if people := references.without_frontal:
        yield (
            f"{_people(people, corpus)} without a neutral photograph of the frontal camera: their photographs have no "
            "delta `frontal_unit`"
        )
    for angle, people in references.without_camera.items():
        yield (
            f"{_people(people, corpus)} without a neutral photograph at {angle} degrees: their photographs of that "
            "camera have no delta `aligned`"
        )
    if number := references.own["aligned"]:
        yield (
            f"{number_of(number, 'neutral photograph')} without a delta `aligned`, each the only one of its person and "
            "camera, and so the reference of the others. A second take gives it a reference"
        )


def _about_people(check: FolderCheck) -> Iterator[str]:
    people = len(check.design.people)
    test = dict(check.training.people).get("test", 0)
    if check.training.people and test < MIN_PEOPLE:
        yield (
            f"The test part of the split by person has {test} people: fewer than {MIN_PEOPLE} give no intervals "
            "(`--folds 5` tests everybody)"
        )
    if people < MIN_PEOPLE_FOR_PROMOTION:
        yield f"No new champion is promoted with fewer than {MIN_PEOPLE_FOR_PROMOTION} people"


def _people(subject_ids: Sequence[str], corpus: str) -> str:
    names = [subject_id.removeprefix(f"{corpus}-") for subject_id in subject_ids]
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"{number_of(len(names), 'person', 'people')} ({', '.join(names[:_LISTED])}{more})"


def trainable(check: FolderCheck) -> Iterator[str]:
    """Yield what a run can train, and why other models cannot be trained; a face is assumed in each photograph."""
    training = check.training
    if training.models:
        yield f"Can be trained: {', '.join(training.models)}"
    for reason, models in training.untrainable:
        yield f"Cannot be trained: {', '.join(models)}, because {reason}"
    if not training.models:
        yield f"Nothing can be trained: {training.reason}"
