"""Turn results of Great Expectations into findings; a success counts only if rows were checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from great_expectations.core import ExpectationValidationResult
from great_expectations.expectations.expectation import Expectation

from affect_store.validation.rules import QUARANTINE, STOP
from affect_store.validation.thresholds import SHOWN_ROWS
from affect_store.validation.verdict import Finding, RowKey

Key = Sequence[str]


def finding_of(
    expectation: Expectation, outcome: ExpectationValidationResult, key: Key, row_count: int | None
) -> Finding:
    """Return the finding of a check on a table with this key and number of rows.

    Great Expectations calls a result without a count of offending rows a success; here it is one only if the table is
    known to be empty.
    """
    raised = exception_in(outcome.exception_info)
    if raised:
        return unrun(expectation, raised)
    result = outcome.result
    if not result or (result.get("unexpected_count", 0) is None and row_count != 0):
        return unrun(expectation, "no rows were counted")
    count = int(result.get("unexpected_count") or 0)
    samples = _samples(result, key)
    finding = _finding(expectation, bool(outcome.success), _observed(expectation, result), count, samples[:SHOWN_ROWS])
    if finding.severity == QUARANTINE:
        return replace(finding, offending=_offending(expectation.meta["table"], samples))
    return replace(finding, samples=samples)


def unrun(expectation: Expectation, reason: str) -> Finding:
    """Return the finding of a check that raised or gave no result: a failure that stops, whatever its severity."""
    finding = _finding(expectation, False, f"the check did not run: {_one_line(reason)}", 0, ())
    return replace(finding, severity=STOP)


def without_rows(expectation: Expectation) -> Finding:
    """Return the finding of a check of column values in an empty table: it passes."""
    return _finding(expectation, True, "0 of 0 rows failed", 0, ())


def without(finding: Finding, rows: Collection[RowKey], reason: str) -> Finding:
    """Drop some of the rows that a finding would quarantine and say why in `observed`."""
    kept = tuple(row for row in finding.offending if row not in rows)
    if len(kept) == len(finding.offending):
        return finding
    ids = {(image_id, version) for image_id, _, version in kept}
    samples = tuple(
        sample for sample in finding.samples if (str(sample.get("image_id", "")), str(sample.get("version", ""))) in ids
    )
    observed = f"{len(kept)} failed, {len(finding.offending) - len(kept)} more {reason}"
    return replace(
        finding, success=not kept, observed=observed, unexpected_count=len(kept), samples=samples, offending=kept
    )


def unreadable(table: str, reason: str) -> Finding:
    """Return the finding of a table that cannot be read: none of its checks can run."""
    return Finding(table, "table exists", "", False, _one_line(reason), 0, (), STOP, "a readable table")


def exception_in(info: Mapping[str, Any] | None) -> str:
    """Return the exception messages of a result, or nothing; GX gives one exception, or one per metric."""
    if not info:
        return ""
    outcomes = [info] if "raised_exception" in info else list(info.values())
    messages = [str(row["exception_message"] or "no message") for row in outcomes if row["raised_exception"]]
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
    """Describe the observation in a few words."""
    value = result.get("observed_value")
    if isinstance(value, list):
        names = list(getattr(expectation, "column_list", value))
        return f"{len(value)} columns" if value == names else f"columns {', '.join(value)}; expected {', '.join(names)}"
    if "element_count" not in result:
        return _rows(value) if "unexpected_count" not in result else f"{_rows(value)} failed"
    return f"{result['unexpected_count'] or 0} of {_rows(result['element_count'])} failed"


def _rows(count: object) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def _samples(result: Mapping[str, Any], key: Key) -> tuple[Mapping[str, object], ...]:
    """Return keys of offending rows: all columns of a SQL file, or the key columns of a column check."""
    rows = result.get("partial_unexpected_index_list")
    if rows is None:
        rows = [row if isinstance(row, Mapping) else {key[0]: row} for row in result.get("partial_unexpected_list", [])]
    elif "element_count" in result:
        rows = [{name: row[name] for name in key if name in row} for row in rows]
    unique = {repr(row): {name: str(value) for name, value in row.items()} for row in rows}
    return tuple(unique.values())


def _offending(table: str, samples: Sequence[Mapping[str, object]]) -> tuple[RowKey, ...]:
    """Return the rows to be quarantined; a row of the catalogue stands for a whole photograph."""
    schema, _, name = table.partition(".")
    view = name if schema == "features" else "images"
    return tuple((str(row["image_id"]), view, str(row.get("version", ""))) for row in samples if "image_id" in row)


def _one_line(text: str) -> str:
    """Remove the statement that SQLAlchemy appends to a message."""
    return " ".join(text.split("[SQL:")[0].split())[:400]
