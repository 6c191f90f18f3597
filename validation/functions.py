"""The functions in Python that SQL files of the audit may call, a column at a time, through Arrow.

`seal_of_vector(image_id, xyz)` and `seal_of_picture(image_id, rgb)` tell the checksum that a row should carry;
`face_measures(xyz, width_px, height_px)` what `geometry.py` measures; `picture_measures(rgb)` the standard deviation of
a thumbnail's bytes and the share of its rows of one colour; `picture_sketch(rgb)` what tells which pictures may be one;
`likeness(rgb, rgb)` how much alike two thumbnails are. They see no NULL: DuckDB answers NULL for it. They return none
either, which DuckDB would not allow: a picture without a sketch has ''.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from store.features.perceptual import likeness
from store.features.sketch import sketches
from store.tables.catalog import FIELDS
from store.types import seal_of
from store.vocabulary import AXES, LANDMARK_COUNT, PIXEL_BYTES, PIXEL_CHANNELS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX
from validation.bounds import FACE_MEASURES
from validation.geometry import measure

_KEPT_SKETCHES = 250_000
_SKETCHES: dict[bytes, str] = {}
"""Sketches by a hash of the picture; 100 MB at most."""

_PICTURE = (PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS)


def vectors(column: pa.ChunkedArray) -> np.ndarray:
    """A column of vectors as (n, length) float32, without a copy a value; NULL inside a vector becomes NaN."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    flat = whole.flatten()
    return np.asarray(flat.to_numpy(zero_copy_only=flat.null_count == 0)).reshape(len(whole), -1)


def _seals_of_vectors(image_ids: pa.ChunkedArray, xyz: pa.ChunkedArray) -> pa.Array:
    rows = zip(image_ids.to_pylist(), vectors(xyz), strict=True)
    return pa.array([seal_of(image_id, np.ascontiguousarray(row, "<f4").tobytes()) for image_id, row in rows])


def _seals_of_pictures(image_ids: pa.ChunkedArray, rgb: pa.ChunkedArray) -> pa.Array:
    return pa.array([seal_of(*row) for row in zip(image_ids.to_pylist(), rgb.to_pylist(), strict=True)])


def _face_measures(xyz: pa.ChunkedArray, width_px: pa.ChunkedArray, height_px: pa.ChunkedArray) -> pa.Array:
    size_px = np.stack([width_px.to_numpy(), height_px.to_numpy()], axis=1)
    found = measure(vectors(xyz).reshape(-1, LANDMARK_COUNT, AXES), size_px)
    return pa.FixedSizeListArray.from_arrays(pa.array(found.ravel()), len(FACE_MEASURES))


def _picture(rgb: bytes) -> np.ndarray | None:
    return np.frombuffer(rgb, np.uint8).reshape(_PICTURE) if len(rgb) == PIXEL_BYTES else None


def _picture_measures(rgb: pa.ChunkedArray) -> pa.Array:
    found = np.zeros((len(rgb), 2))
    for place, one in enumerate(rgb.to_pylist()):
        if len(one) == PIXEL_BYTES:
            rows = np.frombuffer(one, np.uint8).reshape(PIXEL_HEIGHT_PX, -1)
            is_constant = (rows[:, PIXEL_CHANNELS:] == rows[:, :-PIXEL_CHANNELS]).all(axis=1)
            found[place] = rows.astype(np.float32).std(), is_constant.mean()
    return pa.FixedSizeListArray.from_arrays(pa.array(found.ravel()), found.shape[1])


def _picture_sketch(rgb: pa.ChunkedArray) -> pa.Array:
    """Of each picture once a process: the audits of one run ask several times."""
    if len(_SKETCHES) > _KEPT_SKETCHES:
        _SKETCHES.clear()
    pictures = rgb.to_pylist()
    names = [hashlib.blake2b(one, digest_size=16).digest() for one in pictures]
    new = {name: _picture(one) for name, one in zip(names, pictures, strict=True) if name not in _SKETCHES}
    whole = {name: one for name, one in new.items() if one is not None}
    _SKETCHES.update(dict.fromkeys(new, ""))
    _SKETCHES.update(zip(whole, (one or "" for one in sketches(list(whole.values()))), strict=True))
    return pa.array([_SKETCHES[name] for name in names], pa.string())


def _likeness(one: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.Array:
    pairs = ((_picture(a.as_py()), _picture(b.as_py())) for a, b in zip(one, other, strict=True))
    return pa.array((0.0 if a is None or b is None else likeness(a, b) for a, b in pairs), pa.float64())


_VECTOR = FIELDS["xyz"].sql_type

FUNCTIONS: dict[str, tuple[Callable[..., pa.Array], list[str], str]] = {
    "seal_of_vector": (_seals_of_vectors, ["VARCHAR", _VECTOR], "VARCHAR"),
    "seal_of_picture": (_seals_of_pictures, ["VARCHAR", "BLOB"], "VARCHAR"),
    "face_measures": (_face_measures, [_VECTOR, "UINTEGER", "UINTEGER"], f"DOUBLE[{len(FACE_MEASURES)}]"),
    "picture_measures": (_picture_measures, ["BLOB"], "DOUBLE[2]"),
    "picture_sketch": (_picture_sketch, ["BLOB"], "VARCHAR"),
    "likeness": (_likeness, ["BLOB", "BLOB"], "DOUBLE"),
}
"""Name: the function over columns, the types of its arguments, the type that it returns."""
