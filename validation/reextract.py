"""A few photographs looked at again in their files: landmarks, thumbnail, size, and whether there is a face at all.

One that differs is set aside. A sample in which several differ says that the whole is wrong: that stops. What cannot be
looked at, because a file is gone or has changed or other code made the version, is said not to have been.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from store.errors import UnreadablePhotoError
from store.features import decode, views
from store.features.extract import Extracted, extract
from store.features.perceptual import perceptual_hash
from store.features.references import NO_FACE
from store.types import Face, NoFace
from validation.bounds import REEXTRACTED_TOLERANCE, SHOWN_ROWS
from validation.dialect import Reading, sql
from validation.relations import QUARANTINE, STOP, WARN
from validation.verdict import Finding, Row

LANDMARKS_AGAIN = "landmarks are those of the file"
PIXELS_AGAIN = "pixels are those of the file"
SIZES_AGAIN = "sizes are those of the file"
MISSES_AGAIN = "photographs without a face have none"
_WRONG_BY_CHANCE = 1
"""So many of a sample may differ before the whole is doubted."""

Seen = list[tuple[dict[str, Any], Extracted]]


def photographs_again(store: Reading, photographs: int, seed: str) -> list[Finding]:
    """Four findings about so many photographs with a face, and half as many without, as the seed chooses them.

    It runs in a process of its own, and takes some seconds to begin.
    """
    asked = {"photographs": photographs, "misses": -(-photographs // 2), "seed": seed, "no_face": NO_FACE}
    rows = store.arrow(sql("select_sample"), asked).to_pylist()
    scale = float(rows[0]["decode_scale"] or 0) if rows else 0.0
    known = {one.feature: one.version for one in views.chosen(scale)}
    found = _extracted([row for row in rows if row["version"] == known["landmarks"]], scale)
    faces = [pair for pair in found if pair[0]["xyz"] is not None]
    misses = [pair for pair in found if pair[0]["xyz"] is None]
    pictures = [pair for pair in found if pair[0]["pixels_version"] == known["pixels"]]
    return [
        _again("catalogue.images", SIZES_AGAIN, found, _is_same_size, "images"),
        _again("features.landmarks", LANDMARKS_AGAIN, faces, _is_same_face, "landmarks"),
        _again("features.pixels", PIXELS_AGAIN, pictures, _is_same_picture, "pixels"),
        _again("features.misses", MISSES_AGAIN, misses, _is_faceless, "misses"),
    ]


def _extracted(rows: Sequence[dict[str, Any]], scale: float) -> Seen:
    """What the files give that can be read and still are what was catalogued."""
    there = [row for row in rows if Path(row["path"]).is_file()]
    if not there:
        return []
    again = extract([(row["image_id"], row["path"]) for row in there], decode_scale=scale, processes=1)
    return [pair for pair in zip(there, again, strict=True) if not pair[1].unreadable]


def _is_same_size(row: dict[str, Any], again: Extracted) -> bool:
    try:
        return decode.inspect(Path(row["path"]).read_bytes()) == (row["width_px"], row["height_px"])
    except (OSError, UnreadablePhotoError):
        return False


def _is_same_face(row: dict[str, Any], again: Extracted) -> bool:
    if not isinstance(again.face, Face):
        return False
    stored = np.array(row["xyz"], dtype=np.float32)
    return bool((np.abs(stored - again.face.xyz.ravel()) <= REEXTRACTED_TOLERANCE).all())


def _is_same_picture(row: dict[str, Any], again: Extracted) -> bool:
    if again.thumbnail is None:
        return False
    rgb = again.thumbnail.rgb
    return bool(row["rgb"] == rgb.tobytes() and row["perceptual_hash"] in (None, perceptual_hash(rgb)))


def _is_faceless(row: dict[str, Any], again: Extracted) -> bool:
    return isinstance(again.face, NoFace)


_COLUMNS = {"landmarks": "xyz", "pixels": "rgb"}
_EXPECTED = {
    "images": "the width and height of the picture",
    "landmarks": f"a difference of {REEXTRACTED_TOLERANCE:g} at most",
    "pixels": "the same bytes",
    "misses": "no face in a photograph that is said to have none",
}


def _again(
    table: str, check: str, found: Seen, is_same: Callable[[dict[str, Any], Extracted], bool], view: str
) -> Finding:
    """The finding. A photograph in vain said to have no face is no row that could be set aside."""
    wrong = [row for row, again in found if not is_same(row, again)]
    is_whole = len(wrong) > _WRONG_BY_CHANCE
    rows: list[Row] = (
        [] if is_whole or view == "misses" else [(row["image_id"], view, _version(row, view)) for row in wrong]
    )
    severity = STOP if is_whole else WARN if view == "misses" else QUARANTINE
    seen = f"{len(wrong) or 'no'} offending of {len(found)} looked at again"
    if is_whole:
        seen += ": what holds of so many of a sample holds of the whole"
    samples = tuple({"image_id": row["image_id"], "version": _version(row, view)} for row in wrong[:SHOWN_ROWS])
    return Finding(
        table, check, _COLUMNS.get(view, ""), not wrong, seen if found else "not looked at: there is no such file",
        len(wrong), samples, severity, _EXPECTED[view], tuple(rows), counted=f"of {len(found)} looked at again",
    )  # fmt: skip


def _version(row: dict[str, Any], view: str) -> str:
    return {"landmarks": row["version"], "pixels": row["pixels_version"]}.get(view, "")
