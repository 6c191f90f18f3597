"""The page of data quality: audit checks, quarantined photographs and the history of audits."""

from __future__ import annotations

from typing import Any

import polars as pl

from affect_store.dashboards import formatting
from affect_store.dashboards.figures import checks, scalar_features
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages.render import PageFigure, Site, html

HREF = "quality.html"
MAX_ROWS = 200


def page(frames: Frames, site: Site) -> str:
    """Render quality.html."""
    failed = frames.checks.filter(~pl.col("success"))
    content = {
        "title": "Data quality",
        "href": HREF,
        "lead": _lead(frames.checks, failed),
        "by_table": checks.by_table(frames.checks) if frames.checks.height else None,
        "over_time": checks.over_time(frames.audits) if checks.has_any(frames.audits) else None,
        "failed": [_check(row) for row in failed.head(MAX_ROWS).iter_rows(named=True)],
        "passed": [_check(row) for row in frames.checks.filter(pl.col("success")).iter_rows(named=True)],
        "audits": [_audit(row) for row in frames.audits.head(MAX_ROWS).iter_rows(named=True)],
        "quarantine": [_quarantined(row) for row in frames.quarantine.head(MAX_ROWS).iter_rows(named=True)],
        "quarantine_label": _label(frames.quarantine),
        "precision": _precision(frames.landmark_errors),
    }
    return html("quality.html.j2", site=site, page=content)


def _precision(errors: pl.DataFrame) -> PageFigure | None:
    """Draw the standard errors of the landmarks; None where they were found in a single pass."""
    if errors.is_empty():
        return None
    figure = scalar_features.by_camera(errors, "landmark_errors", "mean_error", source="landmark_errors")
    return PageFigure("landmark-errors", figure)


def _lead(checks: pl.DataFrame, failed: pl.DataFrame) -> str:
    if checks.is_empty():
        return "No audit is on record, so the quality of this data is unknown."
    outcome = "all passed" if failed.is_empty() else f"{failed.height:,} failed"
    ran = "check ran" if checks.height == 1 else "checks ran"
    return (
        f"{checks.height:,} {ran} before this publication; {outcome}. A failure that stops the publication leaves the "
        "previous publication in place."
    )


def _check(row: dict[str, Any]) -> tuple[str, ...]:
    target = f"{row['suite']}.{row['column_name']}" if row["column_name"] else row["suite"]
    return (
        formatting.visible(row["check_name"]),
        formatting.visible(target, 80),
        formatting.visible(row["observed"]),
        f"{row['unexpected_count']:,}",
        checks.NAMES["passed" if row["success"] else row["severity"]],
    )


def _audit(row: dict[str, Any]) -> tuple[str, ...]:
    numbers = (f"{row[name]:,}" for name in ("n_checks", "n_stop", "n_quarantine", "n_warn"))
    return (formatting.visible(row["audit_id"], 60), *numbers, "yes" if row["is_current"] else "")


def _quarantined(row: dict[str, Any]) -> tuple[str, ...]:
    released = row["released_at"]
    return (
        formatting.visible(row["path"]),
        formatting.visible(row["subject_id"], 40),
        formatting.visible(row["emotion"], 40),
        formatting.visible(row["view"], 40),
        formatting.visible(row["reason"]),
        formatting.moment(row["created_at"]),
        f"released {formatting.moment(released)}" if released else "quarantined",
    )


def _label(frame: pl.DataFrame) -> str:
    shown = f", the newest {MAX_ROWS} shown" if frame.height > MAX_ROWS else ""
    return f"{formatting.count(frame.height, 'quarantined feature')}{shown}"
