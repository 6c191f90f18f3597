"""Read what an audit needs besides its checks: quarantined rows, and details of the rows that failed checks.

What decides about rows raises if a table cannot be read (`audit.py` makes it a finding that stops). What only
illustrates findings, labels and faces, is empty then: the table's own suite reports it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from affect_store.store.engine.table_hashes import hash_tables
from affect_store.store.types import FloatArray
from affect_store.store.vocabulary import AXES
from affect_store.validation.gx.dialect import StoreReader, sql
from affect_store.validation.gx.findings import without
from affect_store.validation.thresholds import DRAWN_ROWS, MAX_QUARANTINED_SHARE
from affect_store.validation.verdict import Finding, QuarantineRecord, RowDetails, RowKey, StoreState

RELEASED = "released by a person"


def read_state(
    store: StoreReader,
    schemas: Collection[str],
    largest_share: float = MAX_QUARANTINED_SHARE,
    known: Mapping[str, str] | None = None,
) -> StoreState:
    """Read the number of photographs, all quarantined and released rows, and hashes of the tables of the schemas.

    `known` are hashes that need not be computed again. Raise if one of the tables cannot be read.
    """
    photographs = _rows(store, "select/photographs")
    rows = _rows(store, "select/quarantine")
    labels = labels_of(store, {row["image_id"] for row in rows})
    records = tuple(
        QuarantineRecord(
            _key(row), tuple(row["checks"] or ()), row["checksum"], row["since"],
            labels.get(row["image_id"], ""), row["released"], row["counts"],
        )
        for row in rows
    )  # fmt: skip
    contents = hash_tables(store.connection, schemas, known)
    return StoreState(photographs[0]["photographs"], records, largest_share, contents)


def without_released(store: StoreReader, finding: Finding, state: StoreState) -> Finding:
    """Drop the rows that a person released after this check had quarantined them, while their values are the same."""
    released = [record for record in state.released if finding.check in record.checks]
    affected = {record.row for record in released} & set(finding.offending)
    if not affected:
        return finding
    current = checksums_of(store, affected)
    accepted = {record.row for record in released if record.checksum in ("", current.get(record.row))}
    return without(finding, accepted, RELEASED)


def to_be_recomputed(store: StoreReader, findings: Iterable[Finding]) -> set[RowKey]:
    """List the deltas and scalar features that will be recomputed, or become misses, because these findings quarantine
    landmarks or whole photographs that they are made of."""
    inputs = {
        (image_id, version)
        for finding in findings
        if finding.quarantines_rows
        for image_id, view, version in finding.offending
        if view in ("images", "landmarks")
    }
    if not inputs:
        return set()
    parameters = {
        "image_ids": [image_id for image_id, _ in inputs],
        "versions": [version for _, version in inputs],
    }
    return {_key(row) for row in _rows(store, "select/recomputed", parameters)}


def read_details(store: StoreReader, findings: Sequence[Finding]) -> RowDetails:
    """Look up the labels of all photographs that failed checks, the faces of the first ones of each check, and the
    checksums of all rows to be quarantined."""
    failed = [finding for finding in findings if not finding.success]
    offending = {row for finding in failed if finding.quarantines_rows for row in finding.offending}
    named = {str(value) for finding in failed for sample in finding.samples for value in sample.values()}
    drawn = {str(value) for finding in failed for sample in finding.samples[:DRAWN_ROWS] for value in sample.values()}
    return RowDetails(
        labels=labels_of(store, named),
        faces=faces_of(store, drawn),
        checksums=checksums_of(store, offending),
        in_use=_in_use(store, {image_id for image_id, _, _ in offending}),
    )


def _in_use(store: StoreReader, image_ids: Iterable[str]) -> frozenset[str]:
    """Return those photographs that belong to a corpus in use."""
    rows = _rows(store, "select/images_in_use", {"image_ids": sorted(image_ids)})
    return frozenset(row["image_id"] for row in rows)


def faces_of(store: StoreReader, image_ids: Iterable[str]) -> dict[str, FloatArray]:
    """Read the landmarks of the ids that are photographs: x and y, (468, 2).

    They are in image heights, in a square around the centre of the image.
    """
    faces = {}
    for row in _rows_or_none(store, "select/faces", {"image_ids": sorted(image_ids)}):
        xyz = np.array(row["xyz"], np.float32).reshape(-1, AXES)
        x = 0.5 + (xyz[:, 0] - 0.5) * (row["width_px"] / row["height_px"])
        faces[row["image_id"]] = np.stack([x, xyz[:, 1]], axis=1)
    return faces


def labels_of(store: StoreReader, image_ids: Iterable[str]) -> dict[str, str]:
    """Read the labels of the ids that are photographs, as text."""
    rows = _rows_or_none(store, "select/labels", {"image_ids": sorted(image_ids)})
    return {row["image_id"]: row["labels"] for row in rows}


def checksums_of(store: StoreReader, keys: Iterable[RowKey]) -> dict[RowKey, str]:
    """Compute checksums of the current values of these rows."""
    columns = list(zip(*sorted(keys), strict=True))
    if not columns:
        return {}
    parameters = {name: list(values) for name, values in zip(("image_ids", "views", "versions"), columns, strict=True)}
    return {_key(row): row["checksum"] for row in _rows(store, "select/checksums", parameters)}


def _key(row: dict[str, Any]) -> RowKey:
    return row["image_id"], row["view"], row["version"]


def _rows(store: StoreReader, statement: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = store.arrow(sql(statement), parameters).to_pylist()
    return rows


def _rows_or_none(store: StoreReader, statement: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        return _rows(store, statement, parameters)
    except Exception:  # a broken table is a finding of its suite
        return []
