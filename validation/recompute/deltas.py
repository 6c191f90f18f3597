"""Recompute deltas from the stored landmarks, choose references again, and compare both with the stored ones.

A checksum shows that a value belongs to its photograph; only recomputing shows that it is correct. Versions that
other code computed are reported as not checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from affect_store.store.features import feature_views
from affect_store.store.features.feature_options import MEAN_OF_REFERENCES
from affect_store.store.features.references import MAX_REFERENCES, REFERENCE_RULES, PhotoLabels, same_camera_neutrals
from affect_store.store.types import checksum_of
from affect_store.store.vocabulary import LANDMARK_COUNT, VECTOR_LENGTH
from affect_store.validation.gx.dialect import StoreReader, sql
from affect_store.validation.gx.udfs import vectors
from affect_store.validation.recompute.delta_inputs import inputs_of
from affect_store.validation.recompute.transforms import transform_rows
from affect_store.validation.rules import QUARANTINE
from affect_store.validation.thresholds import RECOMPUTED_TOLERANCE, SHOWN_ROWS
from affect_store.validation.verdict import Finding, RowKey

DELTAS_CHECK = "deltas reproducible from landmarks"
REFERENCES_CHECK = "references reproducible from the rule"
_EXPECTED = f"differences of at most {RECOMPUTED_TOLERANCE:g}"
_BATCH_ROWS = 1024
_PAIRS_PER_QUERY = 65_536
"""Number of pairs of a face and a reference that a query gathers at once: about 400 MB of landmarks."""
_MIN_WRONG_DELTAS = 2
"""Number of wrong deltas, with no correct one, from which on the landmarks of their reference are quarantined."""


def check_deltas(store: StoreReader) -> list[Finding]:
    """Recompute all valid deltas from the stored landmarks; return one finding per kind."""
    kinds = _versions(store)
    by_kind = [_compared(store, kind) if _is_own(**kind) else None for kind in kinds]
    bad = {image_id for stored in by_kind if stored for image_id in _bad_references(stored)}
    return [
        _not_checked(DELTAS_CHECK, kind["kind"], kind["version"], _EXPECTED)
        if stored is None
        else _deltas_finding(stored, bad, kind=kind["kind"], version=kind["version"], landmarks=kind["landmarks"])
        for kind, stored in zip(kinds, by_kind, strict=True)
    ]


def check_references(store: StoreReader) -> list[Finding]:
    """Choose the reference of each active photograph from the current labels; return one finding per kind of delta."""
    return [_references_finding(store, **row) for row in _versions(store)]


def _versions(store: StoreReader) -> list[dict[str, Any]]:
    """Read kind, version, version of the landmarks, and one or several references, of each current kind of delta."""
    rows: list[dict[str, Any]] = store.arrow(sql("select/delta_versions")).to_pylist()
    return rows


def _deltas_finding(stored: list[_Delta], bad: set[str], *, kind: str, version: str, landmarks: str) -> Finding:
    """Return the finding about one kind of delta.

    `bad` are references whose landmarks are wrong: these are quarantined instead of the deltas.
    """
    wrong = [delta for delta in stored if delta.is_wrong]
    rows = [
        (delta.image_id, "deltas", version)
        for delta in wrong
        if delta.image_id not in bad and (delta.reference_id not in bad or not delta.is_unchanged)
    ]
    references = bad & {delta.reference_id for delta in wrong}
    rows = [*((image_id, "landmarks", landmarks) for image_id in sorted(references)), *rows]
    observed = f"{len(wrong)} of {len(stored)} recomputed deltas differ"
    remark = "; landmarks of references with wrong deltas only are quarantined" if references else ""
    return _finding(DELTAS_CHECK, kind, observed + remark, rows, _EXPECTED)


@dataclass(frozen=True)
class _Delta:
    """A stored delta: whether it differs from the recomputed one, and whether its checksum (seal) still matches."""

    image_id: str
    reference_id: str
    is_wrong: bool
    is_unchanged: bool


def _compared(store: StoreReader, kind: dict[str, Any]) -> list[_Delta]:
    """Compare each valid delta of one version with the recomputed one."""
    (count,) = store.arrow(sql("select/delta_pairs"), {"version": kind["version"]}).column("pairs").to_pylist()
    rows = _BATCH_ROWS // MAX_REFERENCES if kind["references"] == MEAN_OF_REFERENCES else _BATCH_ROWS
    slices = -(-count // _PAIRS_PER_QUERY) or 1
    parameters = {"version": kind["version"], "landmarks": kind["landmarks"], "slices": slices}
    return [
        delta
        for number in range(slices)
        for batch in store.batches(sql("select/deltas"), {**parameters, "slice": number}, rows=rows)
        for delta in _compared_batch(kind["kind"], batch)
    ]


def _compared_batch(kind: str, batch: pa.RecordBatch) -> Iterator[_Delta]:
    names = ("image_id", "reference_image_id", "seal")
    keys = zip(*(batch.column(name).to_pylist() for name in names), strict=True)
    stored = vectors(batch.column("xyz"))
    for row, ((image_id, reference_id, checksum), is_wrong) in enumerate(
        zip(keys, _differing(kind, batch), strict=True)
    ):
        is_unchanged = not is_wrong or checksum == checksum_of(image_id, stored[row].tobytes())
        yield _Delta(image_id, reference_id, bool(is_wrong), is_unchanged)


def _bad_references(stored: list[_Delta]) -> set[str]:
    """List references whose deltas are all wrong, some of them with matching checksums: then the reference's landmarks
    have changed since. They are quarantined instead of the deltas, which are recomputed with the next reference."""
    total = Counter(delta.reference_id for delta in stored)
    wrong = Counter(delta.reference_id for delta in stored if delta.is_wrong)
    unchanged = Counter(delta.reference_id for delta in stored if delta.is_wrong and delta.is_unchanged)
    return {
        image_id
        for image_id, count in unchanged.items()
        if count >= _MIN_WRONG_DELTAS and wrong[image_id] == total[image_id]
    }


def _differing(kind: str, batch: pa.RecordBatch) -> NDArray[np.bool_]:
    """Return whether each row's delta or magnitudes differ from the recomputed ones, (n,)."""
    differs = np.zeros(len(batch), bool)
    for name, recomputed in _recomputed(kind, batch).items():
        differs |= ~(np.abs(vectors(batch.column(name)) - recomputed) <= RECOMPUTED_TOLERANCE).all(axis=1)
    return differs


def _recomputed(kind: str, batch: pa.RecordBatch) -> dict[str, NDArray[np.float64]]:
    """Compute deltas (n, 1404) and magnitudes (n, 468) from the landmarks in the batch; NaN if there can be none."""
    inputs = inputs_of(batch)
    xyz = np.full((len(batch), VECTOR_LENGTH), np.nan)
    magnitude = np.full((len(batch), LANDMARK_COUNT), np.nan)
    for rows, result in transform_rows(lambda rows: inputs.transformed(kind, rows), inputs.usable):
        xyz[rows], magnitude[rows] = result.xyz.reshape(len(rows), -1), result.magnitude
    return {"xyz": xyz, "magnitude": magnitude}


def _references_finding(store: StoreReader, *, kind: str, version: str, landmarks: str, references: str) -> Finding:
    expected = "the photographs and rule that this kind of delta chooses"
    if kind not in REFERENCE_RULES:
        return _not_checked(REFERENCES_CHECK, kind, version, expected)
    rows = store.arrow(sql("select/references"), {"version": version, "landmarks": landmarks}).to_pylist()
    names = ("image_id", "subject_id", "emotion", "camera_angle_deg", "gaze", "path")
    photos = [PhotoLabels(**{name: row[name] for name in names}) for row in rows]
    chosen = REFERENCE_RULES[kind](photos)
    faces = {row["image_id"] for row in rows}
    stored = [row for row in rows if row["reference_image_id"] in faces]  # others are checked by another rule
    wrong = [
        row["image_id"]
        for row in stored
        if (row["reference_image_id"], row["reference_rule"])
        != (chosen[row["image_id"]].image_id, chosen[row["image_id"]].rule)
    ]
    is_own = _is_own(kind=kind, version=version, landmarks=landmarks, references=references)
    if references == MEAN_OF_REFERENCES and is_own:
        wrong += _with_other_references(store, stored, same_camera_neutrals(photos), landmarks)
    keys: list[RowKey] = [(image_id, "deltas", version) for image_id in dict.fromkeys(wrong)]
    return _finding(REFERENCES_CHECK, kind, f"{len(keys)} of {len(stored)} references differ", keys, expected)


def _with_other_references(
    store: StoreReader, stored: list[dict[str, Any]], chosen: dict[str, list[str]], landmarks: str
) -> list[str]:
    """List the photographs with a reference that the rule does not choose, or without one that shows another image."""
    own = {row["image_id"]: set(row["reference_ids"]) for row in stored}
    wrong = [image_id for image_id, ids in own.items() if not ids <= set(chosen[image_id])]
    missing = [(image_id, other) for image_id, ids in own.items() for other in set(chosen[image_id]) - ids]
    if missing:
        image_ids, reference_ids = (list(ids) for ids in zip(*missing, strict=True))
        parameters = {"image_ids": image_ids, "reference_ids": reference_ids, "landmarks": landmarks}
        same = store.arrow(sql("select/same_faces"), parameters).to_pylist()
        copies = {(row["image_id"], row["reference_id"]) for row in same}
        wrong += [image_id for image_id, other in missing if (image_id, other) not in copies]
    return wrong


def _is_own(*, kind: str, version: str, landmarks: str, references: str) -> bool:
    if kind == "aligned":
        return feature_views.aligned(landmarks, references).version == version
    return kind == "frontal_unit" and feature_views.frontal_unit(landmarks).version == version


def _not_checked(check: str, kind: str, version: str, expected: str) -> Finding:
    return _finding(check, kind, f"not checked: {version} was computed by other code", (), expected)


def _finding(check: str, kind: str, observed: str, rows: list[RowKey] | tuple[()], expected: str) -> Finding:
    samples = tuple({"image_id": image_id, "version": version} for image_id, _, version in rows[:SHOWN_ROWS])
    return Finding(
        "features.deltas", check, kind, not rows, observed, len(rows), samples, QUARANTINE, expected, tuple(rows)
    )
