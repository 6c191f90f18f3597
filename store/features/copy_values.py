"""Every feature of photographs and of their copies, computed from landmarks: landmarks in the head frame, aligned
deltas, and the scalar views. Nothing is stored and no picture is opened.

Deltas and scalar views refer to the photograph's own reference, which is not changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affect_store.store.features import deltas
from affect_store.store.features.head_frame import in_head_frame
from affect_store.store.features.scalar_values import values_where_computable
from affect_store.store.features.scalar_view import ScalarView
from affect_store.store.features.scalar_views import SCALAR_VIEWS
from affect_store.store.types import FloatArray, SizeArray
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT, LANDMARK_GROUPS

LANDMARKS, ALIGNED = "landmarks", "aligned"
WHOLE_FACE = "all"
INTER_OCULAR = "inter-ocular distances"

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class References:
    """The references of n photographs: landmarks (m, 468, 3), image-normalised, sizes (m, 2) in pixels, and how many of
    them each photograph has, `counts` (n,), consecutive. `first` (n,) is the index of the one that names the delta."""

    faces: FloatArray
    size_px: SizeArray
    counts: NDArray[np.integer[Any]]
    first: Rows


@dataclass(frozen=True)
class CopiedFaces:
    """Landmarks of n photographs and their copies, (n, k, 468, 3), image-normalised in the frame of the photograph.

    The photograph itself comes first; a copy without a face is NaN. `size_px` (n, 2) is the photographs' size.
    """

    faces: FloatArray
    size_px: SizeArray
    references: References

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """Whether each photograph and copy has a face, (n, k)."""
        return np.asarray(np.isfinite(self.faces).all(axis=(2, 3)))


@dataclass(frozen=True)
class CopyValues:
    """Values of one feature, or of a part of it, of photographs and their copies: (n, k, d), NaN where there is none.

    `component` is a landmark group, or a column of a scalar view; `points` is the number of landmarks, 1 for a number.
    """

    feature: str
    component: str
    unit: str
    points: int
    values: FloatArray


def values_of_copies(copied: CopiedFaces) -> Iterator[CopyValues]:
    """Yield the values of every feature by landmark group or column."""
    for feature, vectors in ((LANDMARKS, _landmarks(copied)), (ALIGNED, _aligned(copied))):
        for group, members in {WHOLE_FACE: tuple(range(LANDMARK_COUNT)), **LANDMARK_GROUPS}.items():
            own = vectors[:, :, list(members)].reshape(*vectors.shape[:2], -1)
            yield CopyValues(feature, group, INTER_OCULAR, len(members), own)
    for view in SCALAR_VIEWS:
        values = _scalars(copied, view)
        for index, column in enumerate(view.columns):
            yield CopyValues(view.name, column.name, column.unit, 1, values[:, :, [index]])


def _landmarks(copied: CopiedFaces) -> FloatArray:
    """Return landmarks in the head frame, in inter-ocular distances, (n, k, 468, 3)."""
    photographs, _ = np.nonzero(copied.is_known)
    points = in_head_frame(copied.faces[copied.is_known], copied.size_px[photographs])
    return _spread(points, copied)


def _aligned(copied: CopiedFaces) -> FloatArray:
    """Return aligned deltas, (n, k, 468, 3), as means over the references where a photograph has several."""
    photographs, _ = np.nonzero(copied.is_known)
    counts = copied.references.counts[photographs]
    rows = _references_of(copied.references.counts, photographs)
    sizes = np.repeat(copied.size_px[photographs], counts, axis=0)
    each = deltas.aligned(
        np.repeat(copied.faces[copied.is_known], counts, axis=0), copied.references.faces[rows], faces_size_px=sizes,
        references_size_px=copied.references.size_px[rows],
    )  # fmt: skip
    return _spread(deltas.mean_over(each, counts).xyz, copied)


def _references_of(counts: NDArray[np.integer[Any]], photographs: Rows) -> Rows:
    """Return the indices of the references of these photographs, one photograph after the other."""
    ends = np.cumsum(counts)
    return np.concatenate([np.arange(ends[row] - counts[row], ends[row]) for row in photographs]).astype(np.intp)


def _scalars(copied: CopiedFaces, view: ScalarView) -> FloatArray:
    """Return the values of a scalar view, (n, k, columns); NaN also where they cannot be computed."""
    photographs, copies = np.nonzero(copied.is_known)
    first = copied.references.first[photographs]
    arrays = [copied.faces[copied.is_known], copied.size_px[photographs]]
    if view.needs_reference:
        arrays += [copied.references.faces[first], copied.references.size_px[first]]
    computed, is_computable = values_where_computable(view, arrays)
    values = np.full((*copied.faces.shape[:2], len(view.columns)), np.nan, np.float32)
    values[photographs[is_computable], copies[is_computable]] = computed
    return values


def _spread(points: NDArray[np.floating[Any]], copied: CopiedFaces) -> FloatArray:
    spread = np.full((*copied.faces.shape[:2], LANDMARK_COUNT, AXES), np.nan, np.float32)
    spread[copied.is_known] = points
    return spread
