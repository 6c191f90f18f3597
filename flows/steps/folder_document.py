"""Everything that the check of a folder found, as a document for JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from affect_store.flows.steps.folder_advice import advice
from affect_store.flows.steps.folder_check import FolderCheck
from affect_store.flows.steps.folder_findings import findings, trainable
from affect_store.store.types import Reject


def as_document(check: FolderCheck) -> dict[str, Any]:
    """Return everything that a check found, for JSON."""
    design, training, corpus = check.design, check.training, check.folder.name
    labels = [photo.labels for photo in check.photos]
    return {
        "folder": str(check.folder),
        "layout": check.layout,
        "is_usable": check.is_usable,
        "photographs": len(labels),
        "people": _names(design.people, corpus),
        "emotions": dict(sorted(Counter(label.emotion for label in labels).items())),
        "cameras": dict(sorted(Counter(label.camera_angle_deg for label in labels).items())),
        "gazes": dict(sorted(Counter(label.gaze for label in labels).items())),
        "most_takes": max(design.takes.values(), default=0),
        "cells": design.cells,
        "missing_cells": [
            {"subject": subject.removeprefix(f"{corpus}-"), "emotion": emotion, "angle": angle, "gaze": gaze}
            for subject, emotion, angle, gaze in design.missing
        ],
        "rejects": [_as_row(reject) for reject in check.rejects],
        "skipped": [_as_row(reject) for reject in check.skipped],
        "similar_ids": [[member.name for member in group] for group in check.similar_ids],
        "without_neutral": _names(check.references.without_neutral, corpus),
        "without_frontal": _names(check.references.without_frontal, corpus),
        "without_camera": {angle: _names(own, corpus) for angle, own in check.references.without_camera.items()},
        "without_reference": check.references.missing,
        "own_references": check.references.own,
        "trainable": list(training.models),
        "untrainable": [{"models": list(models), "reason": reason} for reason, models in training.untrainable],
        "findings": [*findings(check), *trainable(check)] if check.is_usable else list(advice(check.folder)),
    }


def _names(subject_ids: Iterable[str], corpus: str) -> list[str]:
    return [subject_id.removeprefix(f"{corpus}-") for subject_id in subject_ids]


def _as_row(reject: Reject) -> dict[str, str]:
    unknown = reject.unknown
    words = {"field": unknown.field, "word": unknown.word, "nearest": unknown.nearest} if unknown else {}
    return {"path": reject.path, "reason": reject.reason, "detail": reject.detail, **words}
