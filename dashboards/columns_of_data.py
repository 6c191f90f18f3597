"""The columns of the frames of photographs, features, splits and audits, and what each means. No frame is made here.

Shares, probabilities and accuracies are numbers from 0 to 1; moments are in UTC.
"""

from __future__ import annotations

from store.vocabulary import VECTOR_LENGTH

_PLACE = {"strategy": "by_person or by_image", "part": "train, validate or test"}
_SIZES = {"n_images": "photographs behind the value", "n_people": "people behind the value"}
_PERSON = {"subject_id": "the person", "sex": "as the corpus says", "population": "the corpus's own group"}

OF_DATA = {
    "coverage": _PERSON
    | {
        "emotion": "emotion of the cell",
        "camera_angle_deg": "camera angle in degrees, 90 is frontal",
        "gaze": "direction of gaze",
        "status": "ok, or what is missing: no face, no reference, own reference, missing photograph ...",
    },
    "rejects": {
        "corpus": "name of the corpus",
        "path": "file that was set aside",
        "reason": "in a few words",
        "detail": "in a sentence",
    },
    "parts": _PLACE | _SIZES,
    "placement": {"subject_id": "the person"} | _PLACE | {"n_images": "photographs of the person there"},
    "overlap": {
        "strategy": "by_person or by_image",
        "people": "people in the split",
        "people_in_several": "of these, in more than one part",
        "photographs": "photographs in the split",
        "photographs_in_several": "of these, in more than one part",
        "instants": "person, emotion and gaze: what several cameras saw at once",
        "instants_in_several": "of these, in more than one part",
    },
    "sizes": {
        "corpus": "name of the corpus",
        "width_px": "width",
        "height_px": "height",
        "n_images": "photographs of that size",
        "n_people": "people in them",
        "least_bytes": "of their files",
        "median_bytes": "of their files",
        "greatest_bytes": "of their files",
    },
    "quality": {
        "audit_id": "the audit",
        "stage": "rows, splits, features or results",
        "n_checks": "checks that it made",
        "n_failed": "those that warned or set rows aside",
        "failed": "their names",
    },
    "checks": {
        "stage": "rows, splits, features or results",
        "suite": "table or relation that was looked at",
        "check_name": "name of the check",
        "column_name": "column that it looked at; empty for a whole row or table",
        "success": "whether it passed",
        "severity": "what follows where it does not: stop, quarantine or warn",
        "observed": "what was seen",
        "unexpected_count": "rows that break it",
    },
    "audits": {
        "audit_id": "the audit; begins with its moment, yyyymmddThhmmss",
        "stage": "rows, splits, features or results",
        "n_checks": "checks that it made",
        "n_stop": "of these, that did not pass and stop a publication",
        "n_quarantine": "that did not pass and set rows aside",
        "n_warn": "that did not pass and only warn",
        "is_current": "whether it let this publication through",
    },
    "quarantine": {
        "image_id": "the photograph",
        "subject_id": "the person",
        "path": "its file",
        "emotion": "of the photograph",
        "view": "what of it is set aside",
        "reason": "the checks that did it",
        "created_at": "when",
        "released_at": "when a person let it back in; else null",
    },
    "faces": {
        "emotion": "emotion of the photographs averaged",
        "camera_angle_deg": "camera angle in degrees",
        "mean_delta": f"mean difference to the neutral face, list of {VECTOR_LENGTH} floats, head frame, "
        "inter-ocular distances",
        "n": "photographs averaged",
    },
    "movements": {
        "subject_id": "the person",
        "emotion": "emotion of the photographs averaged",
        "camera_angle_deg": "camera angle in degrees",
        "feature": "aligned or frontal_unit",
        "mean_delta": f"mean delta, array of {VECTOR_LENGTH} floats; aligned: head frame, inter-ocular distances; "
        "frontal_unit: directions in image widths and heights",
        "n": "photographs averaged",
    },
    "photographs": {
        "image_id": "sha256 of the photograph",
        "subject_id": "the person",
        "path": "its file",
        "emotion": "emotion asked for",
        "camera_angle_deg": "camera angle in degrees",
        "gaze": "direction of gaze",
        "width_px": "of the photograph",
        "height_px": "of the photograph",
        "version": "version of its landmarks; null where no face counts",
        "xyz": f"its landmarks, array of {VECTOR_LENGTH} floats, image-normalised; null where no face counts",
    },
}
