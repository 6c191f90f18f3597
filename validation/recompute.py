"""Features made again and compared with the stored ones: every delta, and the landmarks of a few photographs.

A seal tells that a value stands beside its own photograph; only making it again tells that it was right. What cannot be
made again, because a file is gone or other code made the version, is said not to have been looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from store.features import deltas, views
from store.features.extract import Extracted, extract
from store.features.perceptual import perceptual_hash
from store.types import Face
from store.vocabulary import AXES, LANDMARK_COUNT, VECTOR_LENGTH
from validation.bounds import RECOMPUTED_TOLERANCE, SHOWN_ROWS
from validation.dialect import Reading, sql
from validation.functions import vectors
from validation.relations import QUARANTINE
from validation.verdict import Finding

DELTAS_AGAIN = "deltas are those of the landmarks"
LANDMARKS_AGAIN = "landmarks are those of the file"
PIXELS_AGAIN = "pixels are those of the file"
_AT_ONCE = 1024
Row = tuple[str, str, str]


def deltas_again(store: Reading) -> list[Finding]:
    """One finding a kind of delta: all that count are computed again from the stored landmarks."""
    versions = store.arrow(sql("select_delta_versions")).to_pylist()
    return [_deltas_again(store, **row) for row in versions]


def _deltas_again(store: Reading, *, kind: str, version: str, landmarks: str) -> Finding:
    transform = {"frontal_unit": views.frontal_unit, "aligned": views.aligned}.get(kind)
    if transform is None or transform(landmarks).version != version:
        return _finding("features.deltas", DELTAS_AGAIN, kind, f"not looked at: {version} was made by other code", ())
    looked, wrong = 0, []
    bound = {"version": version, "landmarks": landmarks}
    for batch in store.batches(sql("select_deltas"), bound, rows=_AT_ONCE):
        looked += len(batch)
        wrong += [(image_id, "deltas", version) for image_id in _differing(batch, _made(kind, batch))]
    return _finding("features.deltas", DELTAS_AGAIN, kind, f"of {looked} computed again", wrong)


def _made(kind: str, batch: pa.RecordBatch) -> dict[str, np.ndarray]:
    """Deltas (n, 1404) and their lengths (n, 468) of the landmarks in the batch; NaN where there can be none."""
    face, reference = _faces(batch.column("face")), _faces(batch.column("reference"))
    usable = np.isfinite(face).all(axis=(1, 2)) & np.isfinite(reference).all(axis=(1, 2))
    usable &= (face != reference).any(axis=(1, 2)) & (np.ptp(face, axis=1) > 0).all(axis=1)
    if kind == "frontal_unit":
        found = deltas.frontal_unit(face[usable], reference[usable])
    else:
        found = deltas.aligned(
            face[usable], reference[usable],
            faces_size_px=_sizes(batch, "")[usable], references_size_px=_sizes(batch, "reference_")[usable],
        )  # fmt: skip
    made = {"xyz": np.full((len(batch), VECTOR_LENGTH), np.nan), "magnitude": np.full(face.shape[:2], np.nan)}
    made["xyz"][usable] = found.xyz.reshape(len(found.xyz), -1)
    made["magnitude"][usable] = found.magnitude
    return made


def _faces(column: pa.Array) -> np.ndarray:
    return vectors(column).reshape(-1, LANDMARK_COUNT, AXES)


def _sizes(batch: pa.RecordBatch, of: str) -> np.ndarray:
    return np.stack([batch.column(f"{of}{name}").to_numpy() for name in ("width_px", "height_px")], axis=1)


def _differing(batch: pa.RecordBatch, made: dict[str, np.ndarray]) -> list[str]:
    off = np.zeros(len(batch), bool)
    for name, again in made.items():
        off |= ~(np.abs(vectors(batch.column(name)) - again) <= RECOMPUTED_TOLERANCE).all(axis=1)
    return [batch.column("image_id")[int(place)].as_py() for place in np.flatnonzero(off)]


def photographs_again(store: Reading, photographs: int, seed: str) -> list[Finding]:
    """Two findings: landmarks and thumbnails of a few photographs, as the seed chooses them, are extracted again.

    It runs in processes of its own, and takes some seconds to begin.
    """
    rows = store.arrow(sql("select_sample"), {"photographs": photographs, "seed": seed}).to_pylist()
    scale = float(rows[0]["decode_scale"] or 0) if rows else 0.0
    known = {one.feature: one.version for one in views.chosen(scale)}
    rows = [row for row in rows if known.get("landmarks") == row["version"] and Path(row["path"]).is_file()]
    found = list(_extracted(rows, scale)) if rows else []
    faces = [(row, one) for row, one in found if not one.unreadable]
    pictures = [pair for pair in faces if pair[0]["pixels_version"] == known["pixels"]]
    return [
        _again("features.landmarks", LANDMARKS_AGAIN, "xyz", _compared(faces, _is_same_face, "landmarks"), photographs),
        _again("features.pixels", PIXELS_AGAIN, "rgb", _compared(pictures, _is_same_picture, "pixels"), photographs),
    ]


def _extracted(rows: Sequence[dict[str, Any]], scale: float) -> Iterator[tuple[dict[str, Any], Extracted]]:
    photos = [(row["image_id"], row["path"]) for row in rows]
    yield from zip(rows, extract(photos, decode_scale=scale, processes=1), strict=True)


def _is_same_face(row: dict[str, Any], again: Extracted) -> bool:
    if not isinstance(again.face, Face):
        return False
    stored = np.array(row["xyz"], dtype=np.float32)
    return bool((np.abs(stored - again.face.xyz.ravel()) <= RECOMPUTED_TOLERANCE).all())


def _is_same_picture(row: dict[str, Any], again: Extracted) -> bool:
    if again.thumbnail is None:
        return False
    rgb = again.thumbnail.rgb
    return bool(row["rgb"] == rgb.tobytes() and row["perceptual_hash"] == perceptual_hash(rgb))


def _compared(
    found: Sequence[tuple[dict[str, Any], Extracted]],
    is_same: Callable[[dict[str, Any], Extracted], bool],
    view: str,
) -> tuple[int, list[Row]]:
    """How many photographs were compared, and those that differ."""
    version = "version" if view == "landmarks" else f"{view}_version"
    wrong = [(row["image_id"], view, row[version]) for row, again in found if not is_same(row, again)]
    return len(found), wrong


def _again(table: str, check: str, column: str, compared: tuple[int, list[Row]], photographs: int) -> Finding:
    looked, wrong = compared
    seen = f"of {looked} extracted again" if looked else f"not looked at: none of {photographs} files could be read"
    return _finding(table, check, column, seen, wrong)


def _finding(table: str, check: str, column: str, seen: str, wrong: Sequence[Row]) -> Finding:
    expected = f"a difference of {RECOMPUTED_TOLERANCE:g} at most" if table != "features.pixels" else "the same bytes"
    observed = seen if seen.startswith("not") else f"{len(wrong) or 'no'} offending {seen}"
    samples = tuple({"image_id": image_id, "version": version} for image_id, _, version in wrong[:SHOWN_ROWS])
    return Finding(table, check, column, not wrong, observed, len(wrong), samples, QUARANTINE, expected, tuple(wrong))
