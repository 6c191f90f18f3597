"""From one result of Great Expectations to one finding: success is believed only where something was looked at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from great_expectations.core import ExpectationValidationResult
from great_expectations.expectations.expectation import Expectation

from validation.bounds import SHOWN_ROWS
from validation.relations import QUARANTINE, STOP
from validation.verdict import Finding, Row

Key = Sequence[str]


def finding_of(expectation: Expectation, told: ExpectationValidationResult, key: Key, row_count: int | None) -> Finding:
    """The finding of a check on a table with this key and so many rows.

    Without a count of offending rows nothing was looked at, which Great Expectations calls a success: here it is one
    only where the table is known to be empty.
    """
    raised = exception_in(told.exception_info)
    if raised:
        return unrun(expectation, raised)
    result = told.result
    if not result or (result.get("unexpected_count", 0) is None and row_count != 0):
        return unrun(expectation, "it counted no rows")
    count = int(result.get("unexpected_count") or 0)
    samples = _samples(result, key)
    found = _finding(expectation, bool(told.success), _observed(expectation, result), count, samples[:SHOWN_ROWS])
    if found.severity == QUARANTINE:
        return replace(found, offending=_offending(expectation.meta["table"], samples))
    return replace(found, samples=samples)


def unrun(expectation: Expectation, reason: str) -> Finding:
    """The finding of a check that raised or was never answered: a failure that stops, whatever it would have told."""
    found = _finding(expectation, False, f"the check did not run: {_one_line(reason)}", 0, ())
    return replace(found, severity=STOP)


def without_rows(expectation: Expectation) -> Finding:
    """The finding of a check of values in a table that has none: nothing can be wrong with them."""
    return _finding(expectation, True, "no offending of 0 rows", 0, ())


def without(finding: Finding, rows: Collection[Row], because: str) -> Finding:
    """The finding without some of the rows that it would set aside, and with a word on why."""
    kept = tuple(row for row in finding.offending if row not in rows)
    if len(kept) == len(finding.offending):
        return finding
    ids = {(image_id, version) for image_id, _, version in kept}
    samples = tuple(
        one for one in finding.samples if (str(one.get("image_id", "")), str(one.get("version", ""))) in ids
    )
    seen = f"{len(kept) or 'no'} offending, {len(finding.offending) - len(kept)} more {because}"
    return replace(
        finding, success=not kept, observed=seen, unexpected_count=len(kept), samples=samples, offending=kept
    )


def absent(table: str, reason: str) -> Finding:
    """The finding of a table that cannot be read: none of its checks can run."""
    return Finding(table, "table is there", "", False, _one_line(reason), 0, (), STOP, "a table that can be read")


def exception_in(info: Mapping[str, Any] | None) -> str:
    """The message of the exception that a result tells, or nothing. It is one exception, or one a metric."""
    if not info:
        return ""
    told = [info] if "raised_exception" in info else list(info.values())
    messages = [str(one["exception_message"] or "no message") for one in told if one["raised_exception"]]
    return "; ".join(dict.fromkeys(messages))


def _finding(
    expectation: Expectation, success: bool, observed: str, count: int, samples: tuple[Mapping[str, object], ...]
) -> Finding:
    meta = expectation.meta
    return Finding(
        suite=meta["table"], check=meta["check"], column=meta["column"], success=success, observed=observed,
        unexpected_count=count, samples=samples, severity=meta["severity"], expected=meta["expected"],
    )  # fmt: skip


def _observed(expectation: Expectation, result: Mapping[str, Any]) -> str:
    """What was seen, in a few words."""
    seen = result.get("observed_value")
    if isinstance(seen, list):
        wanted = list(getattr(expectation, "column_list", seen))
        return f"{len(seen)} columns" if seen == wanted else f"columns {', '.join(seen)}; expected {', '.join(wanted)}"
    if "element_count" not in result:
        return _rows(seen) if "unexpected_count" not in result else f"{seen or 'no'} offending"
    return f"{result['unexpected_count'] or 'no'} offending of {_rows(result['element_count'])}"


def _rows(count: object) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def _samples(result: Mapping[str, Any], key: Key) -> tuple[Mapping[str, object], ...]:
    """Keys of a few offending rows: what a SQL file returned, or the key columns of what a column check told."""
    rows = result.get("partial_unexpected_index_list")
    if rows is None:
        rows = [row if isinstance(row, Mapping) else {key[0]: row} for row in result.get("partial_unexpected_list", [])]
    elif "element_count" in result:
        rows = [{name: row[name] for name in key if name in row} for row in rows]
    unique = {repr(row): {name: str(value) for name, value in row.items()} for row in rows}
    return tuple(unique.values())


def _offending(table: str, samples: Sequence[Mapping[str, object]]) -> tuple[Row, ...]:
    """The rows to set aside, as (image_id, view, version); a row of the catalogue is a whole photograph."""
    schema, _, name = table.partition(".")
    view = name if schema == "features" else "images"
    return tuple((str(row["image_id"]), view, str(row.get("version", ""))) for row in samples if "image_id" in row)


def _one_line(text: str) -> str:
    """The message without the statement that SQLAlchemy appends to it."""
    return " ".join(text.split("[SQL:")[0].split())[:400]
