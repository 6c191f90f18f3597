"""Deltas made again from the stored landmarks, with references chosen again, and compared with the stored ones.

A seal tells that a value stands beside its own photograph; only making it again tells that it was right. What other
code has made is said not to have been looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from store.errors import ShapeError
from store.features import deltas, views
from store.features.references import RULES, Shot
from store.types import seal_of
from store.vocabulary import AXES, LANDMARK_COUNT, VECTOR_LENGTH
from validation.bounds import RECOMPUTED_TOLERANCE, SHOWN_ROWS
from validation.dialect import Reading, sql
from validation.functions import vectors
from validation.relations import QUARANTINE
from validation.verdict import Finding, Row

DELTAS_AGAIN = "deltas are those of the landmarks"
REFERENCES_AGAIN = "references are those of the rule"
_EXPECTED = f"a difference of {RECOMPUTED_TOLERANCE:g} at most"
_AT_ONCE = 1024
_LEAST_OF_A_REFERENCE = 2
"""A reference of so many wrong deltas, and of no right one, is to blame itself."""


def deltas_again(store: Reading) -> list[Finding]:
    """One finding a kind of delta: all that count are computed again from the stored landmarks."""
    kinds = _versions(store)
    told = [_told(store, **kind) if _is_ours(**kind) else None for kind in kinds]
    bad = {one for of_kind in told if of_kind for one in _bad_references(of_kind)}
    return [
        _not_looked_at(DELTAS_AGAIN, kind["kind"], kind["version"], _EXPECTED)
        if of_kind is None
        else _deltas_again(of_kind, bad, **kind)
        for kind, of_kind in zip(kinds, told, strict=True)
    ]


def references_again(store: Reading) -> list[Finding]:
    """One finding a kind of delta: the reference of each photograph in use is chosen again from today's labels."""
    return [_references_again(store, **row) for row in _versions(store)]


def _versions(store: Reading) -> list[dict[str, Any]]:
    """Kind, version and version of the landmarks behind each kind of delta of today."""
    return store.arrow(sql("select_delta_versions")).to_pylist()


def _deltas_again(told: list[_Told], bad: set[str], *, kind: str, version: str, landmarks: str) -> Finding:
    """The finding about one kind. In place of deltas that are wrong because of `bad` landmarks, these are set aside."""
    wrong = [one for one in told if one.is_wrong]
    rows = [
        (one.image_id, "deltas", version)
        for one in wrong
        if one.image_id not in bad and (one.reference_id not in bad or not one.is_sealed)
    ]
    blamed = bad & {one.reference_id for one in wrong}
    rows = [*((one, "landmarks", landmarks) for one in sorted(blamed)), *rows]
    seen = f"{len(wrong) or 'no'} offending of {len(told)} computed again"
    blame = "; of a photograph of which all are, the landmarks are set aside" if blamed else ""
    return _finding(DELTAS_AGAIN, kind, seen + blame, rows, _EXPECTED)


@dataclass(frozen=True)
class _Told:
    """A stored delta: whether it is not the one made again, and whether it still is what was once stored."""

    image_id: str
    reference_id: str
    is_wrong: bool
    is_sealed: bool


def _told(store: Reading, *, kind: str, version: str, landmarks: str) -> list[_Told]:
    """Every delta of one version that counts."""
    bound = {"version": version, "landmarks": landmarks}
    batches = store.batches(sql("select_deltas"), bound, rows=_AT_ONCE)
    return [one for batch in batches for one in _told_of(kind, batch)]


def _told_of(kind: str, batch: pa.RecordBatch) -> Iterator[_Told]:
    names = ("image_id", "reference_image_id", "seal")
    rows = zip(*(batch.column(name).to_pylist() for name in names), strict=True)
    stored = vectors(batch.column("xyz"))
    for place, ((image_id, reference_id, seal), is_wrong) in enumerate(zip(rows, _differing(kind, batch), strict=True)):
        is_sealed = not is_wrong or seal == seal_of(image_id, stored[place].tobytes())
        yield _Told(image_id, reference_id, bool(is_wrong), is_sealed)


def _bad_references(told: list[_Told]) -> set[str]:
    """Photographs of which every delta is wrong, some of them just as they were stored: what has changed since is the
    photograph's landmarks. They are set aside in the deltas' place, which are then made of the next reference."""
    looked = Counter(one.reference_id for one in told)
    wrong = Counter(one.reference_id for one in told if one.is_wrong)
    sealed = Counter(one.reference_id for one in told if one.is_wrong and one.is_sealed)
    return {one for one, count in sealed.items() if count >= _LEAST_OF_A_REFERENCE and wrong[one] == looked[one]}


def _differing(kind: str, batch: pa.RecordBatch) -> np.ndarray:
    """Whether each row's delta or lengths are not those that are made again, (n,)."""
    off = np.zeros(len(batch), bool)
    for name, again in _made(kind, batch).items():
        off |= ~(np.abs(vectors(batch.column(name)) - again) <= RECOMPUTED_TOLERANCE).all(axis=1)
    return off


def _made(kind: str, batch: pa.RecordBatch) -> dict[str, np.ndarray]:
    """Deltas (n, 1404) and their lengths (n, 468) of the landmarks in the batch; NaN where there can be none."""
    inputs = [_faces(batch.column("face")), _faces(batch.column("reference"))]
    usable = np.isfinite(inputs[0]).all(axis=(1, 2)) & np.isfinite(inputs[1]).all(axis=(1, 2))
    if kind != "frontal_unit":
        inputs += [_sizes(batch, ""), _sizes(batch, "reference_")]
    xyz = np.full((len(batch), VECTOR_LENGTH), np.nan)
    magnitude = np.full((len(batch), LANDMARK_COUNT), np.nan)
    for rows, found in _transformed(kind, inputs, np.flatnonzero(usable)):
        xyz[rows], magnitude[rows] = found.xyz.reshape(len(rows), -1), found.magnitude
    return {"xyz": xyz, "magnitude": magnitude}


def _transformed(
    kind: str, inputs: list[np.ndarray], rows: np.ndarray
) -> Iterator[tuple[np.ndarray, deltas.DeltaBatch]]:
    """Rows and their deltas; a row of which there can be none, as of a face in one point, does not keep the others."""
    face, reference, *sizes = (one[rows] for one in inputs)
    try:
        with np.errstate(all="ignore"):
            if kind == "frontal_unit":
                yield rows, deltas.frontal_unit(face, reference)
            else:
                yield rows, deltas.aligned(face, reference, faces_size_px=sizes[0], references_size_px=sizes[1])
    except (ShapeError, np.linalg.LinAlgError):
        for one in np.array_split(rows, 2) if len(rows) > 1 else ():
            yield from _transformed(kind, inputs, one)


def _faces(column: pa.Array) -> np.ndarray:
    return vectors(column).reshape(-1, LANDMARK_COUNT, AXES)


def _sizes(batch: pa.RecordBatch, of: str) -> np.ndarray:
    return np.stack([batch.column(f"{of}{name}").to_numpy() for name in ("width_px", "height_px")], axis=1)


def _references_again(store: Reading, *, kind: str, version: str, landmarks: str) -> Finding:
    expected = "the photograph and the words that the rule of this kind chooses"
    if kind not in RULES:
        return _not_looked_at(REFERENCES_AGAIN, kind, version, expected)
    rows = store.arrow(sql("select_references"), {"version": version, "landmarks": landmarks}).to_pylist()
    names = ("image_id", "subject_id", "emotion", "camera_angle_deg", "gaze", "path")
    chosen = RULES[kind](Shot(**{name: row[name] for name in names}) for row in rows)
    faces = {row["image_id"] for row in rows}
    stored = [row for row in rows if row["reference_image_id"] in faces]  # of others another rule tells
    wrong = [
        (row["image_id"], "deltas", version)
        for row in stored
        if (row["reference_image_id"], row["reference_rule"])
        != (chosen[row["image_id"]].image_id, chosen[row["image_id"]].rule)
    ]
    return _finding(
        REFERENCES_AGAIN, kind, f"{len(wrong) or 'no'} offending of {len(stored)} chosen again", wrong, expected
    )


def _is_ours(*, kind: str, version: str, landmarks: str) -> bool:
    transform = {"frontal_unit": views.frontal_unit, "aligned": views.aligned}.get(kind)
    return transform is not None and transform(landmarks).version == version


def _not_looked_at(check: str, kind: str, version: str, expected: str) -> Finding:
    return _finding(check, kind, f"not looked at: {version} was made by other code", (), expected)


def _finding(check: str, kind: str, seen: str, rows: list[Row] | tuple[()], expected: str) -> Finding:
    samples = tuple({"image_id": image_id, "version": version} for image_id, _, version in rows[:SHOWN_ROWS])
    return Finding(
        "features.deltas", check, kind, not rows, seen, len(rows), samples, QUARANTINE, expected, tuple(rows)
    )
