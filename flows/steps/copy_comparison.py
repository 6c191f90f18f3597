"""Compare photographs with their copies: a row of `features.repeatability` per component and copy. Nothing is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affect_store.models.evaluation.repeatability import Agreement, agreement, relative_change
from affect_store.store.features.copies import ALL_COPIES, COPY_NAMES
from affect_store.store.features.copy_values import ALIGNED, CopyValues
from affect_store.store.features.passes import is_same_face
from affect_store.store.types import FloatArray, SizeArray

NO_UNIT = "none"


def without_other_faces(faces: FloatArray, sizes: SizeArray) -> FloatArray:
    """Return faces (n, k, 468, 3) with NaN for copies in which another face of the picture was found."""
    kept = faces.copy()
    for face, size in zip(kept, sizes, strict=True):
        for copy in face[1:]:
            if np.isfinite(copy).all() and not is_same_face(copy, face[0], (int(size[0]), int(size[1]))):
                copy[:] = np.nan
    return kept


def rows_of(values: CopyValues, people: NDArray[np.str_], left_out: int = 0) -> Iterator[dict[str, Any]]:
    """Yield a row per copy, and for all together, of the values of a component of the photographs of these people.

    `left_out` further photographs of the sample could not be measured at all.
    """
    is_known = np.isfinite(values.values).all(axis=2)
    for number, name in enumerate((*COPY_NAMES, ALL_COPIES), start=1):
        columns = [0, number] if name != ALL_COPIES else list(range(is_known.shape[1]))
        is_whole = is_known[:, columns].all(axis=1)
        compared = values.values[is_whole][:, columns].astype(np.float64)
        result = agreement(compared, people[is_whole], points=values.points)
        change = relative_change(compared) if values.feature == ALIGNED and len(compared) else None
        yield {
            "feature": values.feature, "component": values.component, "copy": name, **_columns(result),
            "unit": values.unit or NO_UNIT, "relative_change": change, "n_images": int(is_whole.sum()),
            "n_people": len(set(people[is_whole])), "n_missing": int((~is_whole).sum()) + left_out,
        }  # fmt: skip


def _columns(result: Agreement) -> dict[str, Any]:
    return {
        "icc": result.icc, "icc_low": result.low, "icc_high": result.high, "sem": result.sem, "method": result.method,
    }  # fmt: skip
