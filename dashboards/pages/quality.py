"""The page of the audits: what was checked, what did not pass, what is set aside. A pure function of the frames."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards import words
from dashboards.figures import checks
from dashboards.frames import Frames
from dashboards.pages.render import Site, html

HREF = "quality.html"
MOST = 200


def page(frames: Frames, site: Site) -> str:
    """quality.html."""
    failed = frames.checks.filter(~pl.col("success"))
    content = {
        "title": "Quality of the data",
        "href": HREF,
        "lead": _lead(frames.checks, failed),
        "by_table": checks.by_table(frames.checks) if frames.checks.height else None,
        "over_time": checks.over_time(frames.audits) if checks.has_any(frames.audits) else None,
        "failed": [_check(row) for row in failed.head(MOST).iter_rows(named=True)],
        "passed": [_check(row) for row in frames.checks.filter(pl.col("success")).iter_rows(named=True)],
        "audits": [_audit(row) for row in frames.audits.head(MOST).iter_rows(named=True)],
        "aside": [_aside(row) for row in frames.quarantine.head(MOST).iter_rows(named=True)],
        "aside_label": _label(frames.quarantine),
    }
    return html("quality.html.j2", site=site, page=content)


def _lead(found: pl.DataFrame, failed: pl.DataFrame) -> str:
    if found.is_empty():
        return "No audit is on record, so nothing is known of the quality of this data."
    told = "all passed" if failed.is_empty() else f"{failed.height:,} did not pass"
    return (
        f"{words.count(found.height, 'check')} stand between the photographs and this publication; {told}. "
        "A check that stops lets nothing through: the last good publication stays."
    )


def _check(row: dict[str, Any]) -> tuple[str, ...]:
    where = f"{row['suite']}.{row['column_name']}" if row["column_name"] else row["suite"]
    return (
        words.visible(row["check_name"]),
        words.visible(where, 80),
        words.visible(row["observed"]),
        f"{row['unexpected_count']:,}",
        checks.NAMES["passed" if row["success"] else row["severity"]],
    )


def _audit(row: dict[str, Any]) -> tuple[str, ...]:
    numbers = (f"{row[name]:,}" for name in ("n_checks", "n_stop", "n_quarantine", "n_warn"))
    return (words.visible(row["audit_id"], 60), *numbers, "yes" if row["is_current"] else "")


def _aside(row: dict[str, Any]) -> tuple[str, ...]:
    released = row["released_at"]
    return (
        words.visible(row["path"]),
        words.visible(row["subject_id"], 40),
        words.visible(row["emotion"], 40),
        words.visible(row["view"], 40),
        words.visible(row["reason"]),
        words.moment(row["created_at"]),
        f"let back in {words.moment(released)}" if released else "set aside",
    )


def _label(frame: pl.DataFrame) -> str:
    shown = f", the newest {MOST} shown" if frame.height > MOST else ""
    return f"{words.count(frame.height, 'row')} of photographs set aside by an audit{shown}"
