"""Python functions for the audit's SQL files, called with whole columns through Arrow.

- `vector_checksum(image_id, xyz)`, `errors_checksum(image_id, errors)`, `number_checksum(image_id, numbers)`,
  `thumbnail_checksum(image_id, rgb)`: checksum of a row
- `face_measures(xyz, width_px, height_px)`: the measures of `face_geometry.py`
- `thumbnail_measures(rgb)`: standard deviation of a thumbnail's bytes, and share of its rows that have one colour
- `image_signature(rgb)`: signature by which candidates for near-duplicates are selected, '' without detail
- `detail_correlation(rgb, rgb)`: similarity of two thumbnails

DuckDB does not pass NULL to them (the result is NULL then), and they must not return NULL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from affect_store.store.features.image_signatures import compute_signatures, detail_correlation
from affect_store.store.schema.fields import FIELDS
from affect_store.store.types import ByteArray, FloatArray, checksum_of
from affect_store.store.vocabulary import (
    AXES,
    LANDMARK_COUNT,
    PIXEL_BYTES,
    PIXEL_CHANNELS,
    PIXEL_HEIGHT_PX,
    PIXEL_WIDTH_PX,
)
from affect_store.validation.face_geometry import measure
from affect_store.validation.thresholds import FACE_MEASURES

_KEPT_SIGNATURES = 250_000
_SIGNATURES: dict[bytes, str] = {}
"""Image signatures by a hash of the thumbnail; at most 100 MB."""

_THUMBNAIL_SHAPE = (PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS)


def vectors(column: pa.ChunkedArray) -> FloatArray:
    """Return a column of vectors as (n, length) float32, without a copy if possible; NULL in a vector becomes NaN."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    flat = whole.flatten()
    return np.asarray(flat.to_numpy(zero_copy_only=flat.null_count == 0)).reshape(len(whole), -1)


def _vector_checksums(image_ids: pa.ChunkedArray, xyz: pa.ChunkedArray) -> pa.Array:
    rows = zip(image_ids.to_pylist(), vectors(xyz), strict=True)
    return pa.array([checksum_of(image_id, np.ascontiguousarray(row, "<f4").tobytes()) for image_id, row in rows])


def _number_checksums(image_ids: pa.ChunkedArray, numbers: pa.ChunkedArray) -> pa.Array:
    """Compute checksums of lists of any length; NULL in a list becomes NaN."""
    rows = zip(image_ids.to_pylist(), numbers.to_pylist(), strict=True)
    return pa.array([checksum_of(image_id, np.array(row, "<f4").tobytes()) for image_id, row in rows])


def _thumbnail_checksums(image_ids: pa.ChunkedArray, rgb: pa.ChunkedArray) -> pa.Array:
    return pa.array([checksum_of(*row) for row in zip(image_ids.to_pylist(), rgb.to_pylist(), strict=True)])


def _face_measures(xyz: pa.ChunkedArray, width_px: pa.ChunkedArray, height_px: pa.ChunkedArray) -> pa.Array:
    size_px = np.stack([width_px.to_numpy(), height_px.to_numpy()], axis=1)
    measures = measure(vectors(xyz).reshape(-1, LANDMARK_COUNT, AXES), size_px)
    return pa.FixedSizeListArray.from_arrays(pa.array(measures.ravel()), len(FACE_MEASURES))


def _thumbnail(rgb: bytes) -> ByteArray | None:
    return np.frombuffer(rgb, np.uint8).reshape(_THUMBNAIL_SHAPE) if len(rgb) == PIXEL_BYTES else None


def _thumbnail_measures(rgb: pa.ChunkedArray) -> pa.Array:
    measures = np.zeros((len(rgb), 2))
    for row, data in enumerate(rgb.to_pylist()):
        if len(data) == PIXEL_BYTES:
            lines = np.frombuffer(data, np.uint8).reshape(PIXEL_HEIGHT_PX, -1)
            is_constant = (lines[:, PIXEL_CHANNELS:] == lines[:, :-PIXEL_CHANNELS]).all(axis=1)
            measures[row] = lines.astype(np.float32).std(), is_constant.mean()
    return pa.FixedSizeListArray.from_arrays(pa.array(measures.ravel()), measures.shape[1])


def _image_signature(rgb: pa.ChunkedArray) -> pa.Array:
    """Compute each signature once per process: the audits of one run need them several times."""
    if len(_SIGNATURES) > _KEPT_SIGNATURES:
        _SIGNATURES.clear()
    thumbnails = rgb.to_pylist()
    digests = [hashlib.blake2b(data, digest_size=16).digest() for data in thumbnails]
    new = {
        digest: _thumbnail(data) for digest, data in zip(digests, thumbnails, strict=True) if digest not in _SIGNATURES
    }
    complete = {digest: thumbnail for digest, thumbnail in new.items() if thumbnail is not None}
    _SIGNATURES.update(dict.fromkeys(new, ""))
    signatures = (signature or "" for signature in compute_signatures(list(complete.values())))
    _SIGNATURES.update(zip(complete, signatures, strict=True))
    return pa.array([_SIGNATURES[digest] for digest in digests], pa.string())


def _detail_correlation(first: pa.ChunkedArray, second: pa.ChunkedArray) -> pa.Array:
    pairs = ((_thumbnail(a.as_py()), _thumbnail(b.as_py())) for a, b in zip(first, second, strict=True))
    return pa.array((0.0 if a is None or b is None else detail_correlation(a, b) for a, b in pairs), pa.float64())


_VECTOR = FIELDS["xyz"].sql_type

FUNCTIONS: dict[str, tuple[Callable[..., pa.Array], list[str], str]] = {
    "vector_checksum": (_vector_checksums, ["VARCHAR", _VECTOR], "VARCHAR"),
    "number_checksum": (_number_checksums, ["VARCHAR", FIELDS["numbers"].sql_type], "VARCHAR"),
    "errors_checksum": (_vector_checksums, ["VARCHAR", FIELDS["errors"].sql_type], "VARCHAR"),
    "thumbnail_checksum": (_thumbnail_checksums, ["VARCHAR", "BLOB"], "VARCHAR"),
    "face_measures": (_face_measures, [_VECTOR, "UINTEGER", "UINTEGER"], f"DOUBLE[{len(FACE_MEASURES)}]"),
    "thumbnail_measures": (_thumbnail_measures, ["BLOB"], "DOUBLE[2]"),
    "image_signature": (_image_signature, ["BLOB"], "VARCHAR"),
    "detail_correlation": (_detail_correlation, ["BLOB", "BLOB"], "DOUBLE"),
}
"""By name: the function over columns, the types of its arguments, and its return type."""
