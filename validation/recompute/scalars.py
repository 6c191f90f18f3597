"""Recompute scalar features from the stored landmarks, and their checksums, and compare both with the stored ones.

Checksums are compared for all valid rows; values for the current version, unless other code computed it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from affect_store.store.features.scalar_view import ScalarView
from affect_store.store.types import FloatArray, checksum_of
from affect_store.validation.gx.dialect import StoreReader, sql
from affect_store.validation.recompute.transforms import are_finite, faces_of, sizes_of, transform_rows
from affect_store.validation.rules import CHECKSUM, QUARANTINE
from affect_store.validation.thresholds import RECOMPUTED_TOLERANCE, SHOWN_ROWS
from affect_store.validation.verdict import Finding

VALUES_CHECK = "values reproducible from landmarks"
_EXPECTED = f"differences of at most {RECOMPUTED_TOLERANCE:g} times (1 + value)"
_BATCH_ROWS = 1024
_Key = tuple[str, str]
"""image_id and version."""


def check_checksums(store: StoreReader, view: ScalarView) -> list[Finding]:
    """Compute the checksums of all valid rows of the view again; return one finding."""
    wrong: list[_Key] = []
    count = 0
    for batch in store.batches(_query("select/scalars", view), rows=_BATCH_ROWS):
        names = ("image_id", "version", "seal")
        rows = zip(*(batch.column(name).to_pylist() for name in names), _values(view, batch), strict=True)
        wrong += [(image_id, version) for image_id, version, seal, row in rows if seal != _checksum(image_id, row)]
        count += len(batch)
    observed = f"{len(wrong)} of {count} checksums differ"
    return [_finding(view, CHECKSUM, "seal", observed, wrong, "the checksum of photograph and values")]


def check_values(store: StoreReader, view: ScalarView) -> list[Finding]:
    """Recompute all valid rows of the current version from the stored landmarks; return one finding.

    Values may differ by `RECOMPUTED_TOLERANCE` times (1 + value): the values are float32 of any unit.
    """
    versions = store.arrow(sql("select/scalar_versions"), {"view": view.name}).to_pylist()
    return [finding for row in versions for finding in _check_version(store, view, row["version"], row["landmarks"])]


def _check_version(store: StoreReader, view: ScalarView, version: str, landmarks: str) -> Iterator[Finding]:
    if view.version_of(landmarks).version != version:
        observed = f"not checked: {version} was computed by other code"
        yield _finding(view, VALUES_CHECK, "", observed, [], _EXPECTED)
        return
    wrong: list[_Key] = []
    count = 0
    parameters = {"version": version, "landmarks": landmarks}
    query = "select/scalars_with_references" if view.needs_reference else "select/scalars_with_landmarks"
    for batch in store.batches(_query(query, view), parameters, rows=_BATCH_ROWS):
        image_ids = batch.column("image_id").to_pylist()
        wrong += [(image_ids[row], version) for row in np.flatnonzero(_differing(view, batch))]
        count += len(batch)
    yield _finding(view, VALUES_CHECK, "", f"{len(wrong)} of {count} recomputed rows differ", wrong, _EXPECTED)


def _differing(view: ScalarView, batch: pa.RecordBatch) -> NDArray[np.bool_]:
    """Return whether each row differs from the recomputed one, or has none, (n,)."""
    arrays: list[NDArray[Any]] = [faces_of(batch.column("face")), sizes_of(batch)]
    usable = are_finite(arrays[0])
    if view.needs_reference:
        arrays += [faces_of(batch.column("reference")), sizes_of(batch, "reference_")]
        usable &= are_finite(arrays[2])
    recomputed = np.full((len(batch), len(view.columns)), np.nan)
    transformed = transform_rows(
        lambda rows: view.transform(*(array[rows] for array in arrays)), np.flatnonzero(usable)
    )
    for rows, result in transformed:
        recomputed[rows] = result
    limit = RECOMPUTED_TOLERANCE * (1 + np.abs(recomputed))
    return np.asarray(~(np.abs(_values(view, batch) - recomputed) <= limit).all(axis=1))


def _query(name: str, view: ScalarView) -> str:
    return sql(name).replace("{batch}", view.table.qualified)


def _values(view: ScalarView, batch: pa.RecordBatch) -> FloatArray:
    """Return the columns of the view, (n, k) float32; NULL becomes NaN."""
    columns = [batch.column(name).to_numpy(zero_copy_only=False) for name in view.column_names]
    return np.column_stack(columns).astype(np.float32)


def _checksum(image_id: str, values: FloatArray) -> str:
    return checksum_of(image_id, values.tobytes())


def _finding(view: ScalarView, check: str, column: str, observed: str, wrong: Sequence[_Key], expected: str) -> Finding:
    samples = tuple({"image_id": image_id, "version": version} for image_id, version in wrong[:SHOWN_ROWS])
    offending = tuple((image_id, view.name, version) for image_id, version in wrong)
    return Finding(
        view.table.qualified, check, column, not wrong, observed, len(wrong), samples, QUARANTINE, expected, offending
    )
