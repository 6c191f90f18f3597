"""Figures of the audits: checks per table by outcome, and failed checks per audit."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, axis, category_axis, figure

OUTCOMES = {"passed": "#7fb2d0", "warn": "#e69f00", "quarantine": palette.ORANGE, "stop": "#a8281c"}
"""Outcomes of a check (passed, or the severity of its failure) with their colours."""

NAMES = {"passed": "passed", "warn": "warning", "quarantine": "rows quarantined", "stop": "publication stopped"}
"""Display names of the outcomes."""

_AUDITS_SHOWN = 40


def outcome() -> pl.Expr:
    """Express the outcome of a check, a key of `OUTCOMES`."""
    return pl.when(pl.col("success")).then(pl.lit("passed")).otherwise(pl.col("severity"))


def by_table(checks: pl.DataFrame) -> CaptionedFigure:
    """Draw the number of checks per table, stacked by outcome."""
    counted = checks.group_by("suite", outcome().alias("outcome")).len("n")
    totals = counted.group_by("suite").agg(pl.col("n").sum()).sort("n", "suite", descending=[True, False])
    tables = totals["suite"].to_list()
    fig = figure(
        height_px=110 + 26 * len(tables),
        barmode="stack",
        xaxis=axis("checks", rangemode="tozero"),
        yaxis=category_axis([formatting.plain(table, 34) for table in tables]),
        bargap=0.3,
    )
    for name, colour in OUTCOMES.items():
        counts = dict(counted.filter(pl.col("outcome") == name).select("suite", "n").iter_rows())
        if counts:
            fig.add_trace(
                go.Bar(
                    x=[counts.get(table, 0) for table in tables], y=list(range(len(tables))), orientation="h",
                    name=NAMES[name], marker={"color": colour}, hovertemplate=f"{NAMES[name]}: %{{x}}<extra></extra>",
                )
            )  # fmt: skip
    failed = checks.filter(~pl.col("success")).height
    note = f"{formatting.count(checks.height, 'check')} of this publication, {failed:,} failed."
    alt = f"Stacked bars of the checks of {formatting.count(len(tables), 'table')}. {note}"
    return CaptionedFigure("Checks by table", note, alt, fig, sources=("checks",))


def has_any(audits: pl.DataFrame) -> bool:
    """Return whether a check of any audit failed."""
    return bool(audits.select(pl.sum_horizontal("n_stop", "n_quarantine", "n_warn").sum()).item())


def over_time(audits: pl.DataFrame) -> CaptionedFigure:
    """Draw the failed checks of each audit, stacked by severity."""
    rows = audits.sort("audit_id", descending=True).head(_AUDITS_SHOWN).reverse().to_dicts()
    labels = [f"{_timestamp(row['audit_id'])} {formatting.plain(row['stage'], 12)}" for row in rows]
    fig = figure(
        height_px=330,
        barmode="stack",
        xaxis=category_axis(labels, range=[-0.5, len(rows) - 0.5], tickangle=-60),
        yaxis=axis("failed checks", rangemode="tozero", tickformat="d", range=[0, max(_highest(rows), 4)]),
        bargap=0.35,
    )
    for name in ("warn", "quarantine", "stop"):
        fig.add_trace(
            go.Bar(
                x=list(range(len(rows))), y=[row[f"n_{name}"] for row in rows], name=NAMES[name],
                marker={"color": OUTCOMES[name]}, textposition="none",
                text=[f"{labels[k]}: {row['n_checks']:,} checks" for k, row in enumerate(rows)],
                hovertemplate=f"%{{text}}<br>{NAMES[name]}: %{{y}}<extra></extra>",
            )
        )  # fmt: skip
    note = _note(audits.height, rows)
    alt = f"Bars of the failed checks of each audit. {note}"
    return CaptionedFigure("Failed checks per audit", note, alt, fig, sources=("audits",))


def _note(total: int, rows: list[dict[str, int]]) -> str:
    shown = f"The last {len(rows)} of {total:,} audits" if total > len(rows) else formatting.count(len(rows), "audit")
    stopped = sum(bool(row["n_stop"]) for row in rows)
    return f"{shown}, {stopped:,} with a failure that stops the publication. No bar means that all checks passed."


def _highest(rows: list[dict[str, int]]) -> int:
    return max((row["n_stop"] + row["n_quarantine"] + row["n_warn"] for row in rows), default=0) + 1


def _timestamp(audit_id: str) -> str:
    """Format the beginning of an audit id: '11-25 08:04' for '20261125T080416277724-rows', else the id itself."""
    digits = audit_id[:8] + audit_id[9:13]
    if not digits.isdigit():
        return formatting.plain(audit_id, 16)
    return f"{digits[4:6]}-{digits[6:8]} {digits[8:10]}:{digits[10:12]}"
