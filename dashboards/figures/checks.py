"""What the audits looked at: the number of checks of each table, passed or not, and audit after audit."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboards import palette, words
from dashboards.figures.base import Picture, axis, figure, words_axis

OUTCOMES = {"passed": "#7fb2d0", "warn": "#e69f00", "quarantine": palette.ORANGE, "stop": "#a8281c"}
"""What can come of a check, and its colour."""

NAMES = {"passed": "passed", "warn": "warned", "quarantine": "set rows aside", "stop": "stopped the publication"}
_AUDITS_SHOWN = 40


def outcome() -> pl.Expr:
    """What came of a check."""
    return pl.when(pl.col("success")).then(pl.lit("passed")).otherwise(pl.col("severity"))


def by_table(checks: pl.DataFrame) -> Picture:
    """How many checks looked at each table, by what came of them."""
    counted = checks.group_by("suite", outcome().alias("outcome")).len("n")
    order = (
        counted.group_by("suite").agg(pl.col("n").sum()).sort("n", "suite", descending=[True, False])["suite"].to_list()
    )
    picture = figure(
        height_px=110 + 26 * len(order),
        barmode="stack",
        xaxis=axis("checks", rangemode="tozero"),
        yaxis=words_axis([words.plain(one, 34) for one in order]),
        bargap=0.3,
    )
    for name, colour in OUTCOMES.items():
        found = dict(counted.filter(pl.col("outcome") == name).select("suite", "n").iter_rows())
        if found:
            numbers = [found.get(one, 0) for one in order]
            picture.add_trace(
                go.Bar(
                    x=numbers, y=list(range(len(order))), orientation="h", name=NAMES[name], marker={"color": colour},
                    hovertemplate=f"%{{x}} {NAMES[name]}<extra></extra>",
                )
            )  # fmt: skip
    failed = checks.filter(~pl.col("success")).height
    note = f"{words.count(checks.height, 'check')} behind this publication, {failed:,} of them not passed."
    alt = f"Stacked bars of checks for {words.count(len(order), 'table')}. {note}"
    return Picture("What was checked", note, alt, picture, sources=("checks",))


def has_any(audits: pl.DataFrame) -> bool:
    """Whether a check of any audit did not pass."""
    return bool(audits.select(pl.sum_horizontal("n_stop", "n_quarantine", "n_warn").sum()).item())


def over_time(audits: pl.DataFrame) -> Picture:
    """The checks that did not pass, audit after audit, by what followed."""
    rows = audits.sort("audit_id", descending=True).head(_AUDITS_SHOWN).reverse().to_dicts()
    labels = [f"{_moment(row['audit_id'])} {words.plain(row['stage'], 12)}" for row in rows]
    picture = figure(
        height_px=330,
        barmode="stack",
        xaxis=words_axis(labels, range=[-0.5, len(rows) - 0.5], tickangle=-60),
        yaxis=axis("checks not passed", rangemode="tozero", tickformat="d", range=[0, max(_most(rows), 4)]),
        bargap=0.35,
    )
    for name in ("warn", "quarantine", "stop"):
        numbers = [row[f"n_{name}"] for row in rows]
        picture.add_trace(
            go.Bar(
                x=list(range(len(rows))), y=numbers, name=NAMES[name], marker={"color": OUTCOMES[name]},
                text=[f"{labels[k]}: {row['n_checks']:,} checks" for k, row in enumerate(rows)], textposition="none",
                hovertemplate=f"%{{text}}<br>%{{y}} {NAMES[name]}<extra></extra>",
            )
        )  # fmt: skip
    bad = sum(bool(row["n_stop"]) for row in rows)
    shown = (
        f"The last {len(rows)} of {audits.height:,} audits"
        if audits.height > len(rows)
        else words.count(len(rows), "audit")
    )
    note = f"{shown}, {bad:,} of them with a check that stops the publication. No bar: all checks passed."
    alt = f"Bars of the checks that did not pass in each audit. {note}"
    return Picture("Audit after audit", note, alt, picture, sources=("audits",))


def _most(rows: list[dict[str, int]]) -> int:
    return max((row["n_stop"] + row["n_quarantine"] + row["n_warn"] for row in rows), default=0) + 1


def _moment(audit_id: str) -> str:
    """'11-25 08:04' of '20261125T080416277724-rows'; the id itself where it begins otherwise."""
    digits = audit_id[:8] + audit_id[9:13]
    return (
        f"{digits[4:6]}-{digits[6:8]} {digits[8:10]}:{digits[10:12]}" if digits.isdigit() else words.plain(audit_id, 16)
    )
