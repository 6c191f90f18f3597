"""What an audit reads of the store beside its checks: what is or was set aside, and what the rows are that it names.

A table that cannot be read is a finding of its own suite: here it gives nothing, and no error.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np

from store.tables.contents import contents
from store.types import FloatArray
from store.vocabulary import AXES
from validation.bounds import DRAWN_ROWS, LARGEST_QUARANTINED_SHARE
from validation.dialect import Reading, sql
from validation.findings import without
from validation.verdict import QUARANTINED, Finding, Held, Named, Row, State, checks_in, mark_in

BY_A_PERSON = "released by a person"


def state_of(store: Reading, schemas: Collection[str], largest_share: float = LARGEST_QUARANTINED_SHARE) -> State:
    """How many photographs there are, all that audits have set aside, and what the tables of the schemas hold."""
    bound = {"quarantined": QUARANTINED}
    photographs = _rows(store, "select_photographs", bound)
    held = _rows(store, "select_held", bound)
    labels = labels_of(store, {row["image_id"] for row in held})
    told = tuple(
        Held(_row(one), one["reason"], one["since"], labels.get(one["image_id"], ""), one["released"]) for one in held
    )
    return State(photographs[0]["photographs"] if photographs else 0, told, largest_share, _contents(store, schemas))


def without_released(store: Reading, finding: Finding, state: State) -> Finding:
    """The finding without the rows that a person let back in after this very check had set them aside, as long as they
    have the values that they had then."""
    released = [one for one in state.released if finding.check in checks_in(one.reason)]
    asked = {one.row for one in released} & set(finding.offending)
    if not asked:
        return finding
    now = marks_of(store, asked)
    pardoned = {one.row for one in released if mark_in(one.reason) in ("", now.get(one.row))}
    return without(finding, pardoned, BY_A_PERSON)


def to_be_made_again(store: Reading, findings: Iterable[Finding]) -> set[Row]:
    """Deltas that are made again, of another reference, or turn into misses, because landmarks or whole photographs
    behind them are set aside by these findings: they have done nothing wrong themselves."""
    spoilt = {
        (image_id, version)
        for finding in findings
        if finding.sets_aside
        for image_id, view, version in finding.offending
        if view in ("images", "landmarks")
    }
    bound = {"image_ids": [one for one, _ in spoilt], "versions": [version for _, version in spoilt]}
    return {(row["image_id"], "deltas", row["version"]) for row in _rows(store, "select_remade", bound)}


def named_by(store: Reading, findings: Sequence[Finding]) -> Named:
    """Labels of every photograph that a failed check names, drawings of the first of each check, and the marks of all
    rows to be set aside."""
    failed = [one for one in findings if not one.success]
    named = {str(value) for one in failed for sample in one.samples for value in sample.values()}
    drawn = {str(value) for one in failed for sample in one.samples[:DRAWN_ROWS] for value in sample.values()}
    return Named(
        labels=labels_of(store, named),
        faces=faces_of(store, drawn),
        marks=marks_of(store, {row for one in failed if one.sets_aside for row in one.offending}),
    )


def faces_of(store: Reading, image_ids: Iterable[str]) -> dict[str, FloatArray]:
    """Where the landmarks of those that are photographs lie: x and y in picture heights, the middle of the picture in
    the middle of a square, (468, 2) each."""
    found = {}
    for row in _rows(store, "select_faces", {"image_ids": sorted(image_ids)}):
        xyz = np.array(row["xyz"], np.float32).reshape(-1, AXES)
        across = 0.5 + (xyz[:, 0] - 0.5) * (row["width_px"] / row["height_px"])
        found[row["image_id"]] = np.stack([across, xyz[:, 1]], axis=1)
    return found


def labels_of(store: Reading, image_ids: Iterable[str]) -> dict[str, str]:
    """Labels in words of those that are photographs."""
    rows = _rows(store, "select_labels", {"image_ids": sorted(image_ids)})
    return {row["image_id"]: row["labels"] for row in rows}


def marks_of(store: Reading, rows: Iterable[Row]) -> dict[Row, str]:
    """Checksums of the values of these rows, as they count today."""
    columns = list(zip(*sorted(rows), strict=True)) or [(), (), ()]
    bound = {name: list(values) for name, values in zip(("image_ids", "views", "versions"), columns, strict=True)}
    return {_row(one): one["mark"] for one in _rows(store, "select_marks", bound)}


def _contents(store: Reading, schemas: Collection[str]) -> dict[str, str]:
    try:
        return contents(store.connection, schemas)
    except Exception:  # as above
        return {}


def _row(told: dict[str, Any]) -> Row:
    return told["image_id"], told["view"], told["version"]


def _rows(store: Reading, statement: str, bound: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        return store.arrow(sql(statement), bound).to_pylist()
    except Exception:  # a broken table is a finding of its suite
        return []
