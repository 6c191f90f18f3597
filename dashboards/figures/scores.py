"""All metrics on all slices of the test part, for all systems; the selectors of the page show one at a time."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import DIGITS, CaptionedFigure, axis, category_axis, figure, interval_bars
from affect_store.dashboards.figures.leaderboard import name, scored_runs
from affect_store.dashboards.figures.slices import ALL, label, order
from affect_store.store.vocabulary import HUMAN_NORMALISED_ACCURACY, MIN_PEOPLE, PARTS, SOFT_LOG_LOSS

METRICS = {
    "accuracy": "accuracy",
    "accuracy_all": "accuracy over all photographs (unscored count as wrong)",
    "accuracy_without_references": "accuracy without reference photographs",
    "balanced_accuracy": "balanced accuracy (mean recall of the emotions)",
    "macro_f1": "macro F1",
    "cohen_kappa": "Cohen's kappa",
    "matthews_correlation": "Matthews correlation",
    "roc_auc": "ROC AUC, one against the rest",
    "log_loss": "log loss (lower is better)",
    "log_loss_scaled": "log loss after temperature scaling (lower is better)",
    "brier_score": "Brier score (lower is better)",
    "brier_score_scaled": "Brier score after temperature scaling (lower is better)",
    "calibration_error": "calibration error (lower is better)",
    "calibration_error_scaled": "calibration error after temperature scaling (lower is better)",
    HUMAN_NORMALISED_ACCURACY: "accuracy divided by the agreement of human raters",
    SOFT_LOG_LOSS: "log loss against the distribution of human raters (lower is better)",
}
"""Metrics in the selector, with their display names; those of human raters are there only if photographs are rated."""

IF_PERFECT = {
    "calibration_error": "calibration_error_if_perfect",
    "calibration_error_scaled": "calibration_error_if_perfect_scaled",
}
"""Metrics beside which a tick shows what a perfectly calibrated system would reach."""

FIRST = ("accuracy", ALL)
_ROW_PX = 30


def choices(metrics: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> tuple[list[str], list[str]]:
    """List the metrics and the slices of the scored runs of a split on the test part."""
    known = _own(metrics, scored_runs(leaderboard, strategy))
    slices = sorted(set(known["slice"]) - {ALL}, key=order)
    return [metric for metric in METRICS if metric in set(known["metric"])], [ALL, *slices]


def scores(metrics: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> CaptionedFigure:
    """Draw a trace per metric and slice, with 95 % intervals; runs from best to worst by accuracy."""
    board = scored_runs(leaderboard, strategy)
    names, slices = choices(metrics, leaderboard, strategy=strategy)
    fig = figure(
        height_px=90 + _ROW_PX * max(len(board), 2),
        xaxis=axis(_title(*FIRST)),
        yaxis=category_axis([name(row) for row in board], padding=0.35),
        showlegend=False,
    )
    positions = {row["run_id"]: index for index, row in enumerate(board)}
    known = _own(metrics, board, (*METRICS, *IF_PERFECT.values()))
    values = dict(known.group_by("metric", "slice", maintain_order=True))
    for metric in names:
        for slice_ in slices:
            if (metric, slice_) in values:
                fig.add_trace(_dots(values[metric, slice_], positions, (metric, slice_)))
            if (IF_PERFECT.get(metric), slice_) in values:
                fig.add_trace(_ticks(values[IF_PERFECT[metric], slice_], positions, (metric, slice_)))
    return CaptionedFigure(
        f"Metrics by slice, {formatting.split(strategy)}",
        _note(board),
        f"Dot plot of {formatting.count(len(board), 'run')}; the page of each system has the numbers as tables.",
        fig,
        sources=("metrics", "leaderboard"),
    )


def _own(metrics: pl.DataFrame, board: list[dict[str, Any]], names: Collection[str] = tuple(METRICS)) -> pl.DataFrame:
    ids = [row["run_id"] for row in board]
    wanted = pl.col("run_id").is_in(ids) & (pl.col("part") == PARTS[-1]) & pl.col("metric").is_in(list(names))
    is_level = (pl.col("slice") == ALL) | pl.col("slice").str.contains("=", literal=True)
    return metrics.filter(wanted & is_level & pl.col("value").is_not_null())


def _dots(own: pl.DataFrame, positions: dict[str, int], chosen: tuple[str, str]) -> go.Scatter:
    rows = own.to_dicts()
    ends = [(row["low"], row["value"], row["high"]) for row in rows]
    return go.Scatter(
        x=[round(row["value"], DIGITS) for row in rows],
        y=[positions[row["run_id"]] for row in rows],
        mode="markers+text",
        texttemplate="%{x:.3f}",
        textposition="top center",
        textfont={"size": 11, "color": palette.BLUE},
        cliponaxis=False,
        marker={"size": 9, "color": palette.BLUE},
        error_x=interval_bars(ends, color=palette.BLUE, thickness=1.5, width=3),
        meta={"group": "|".join(chosen), "title": _title(*chosen)},
        visible=chosen == FIRST,
        customdata=[row["n_people"] for row in rows],
        hovertemplate=f"{_title(*chosen)}: %{{x:.3f}}<br>%{{customdata}} people<extra></extra>",
    )


def _ticks(own: pl.DataFrame, positions: dict[str, int], chosen: tuple[str, str]) -> go.Scatter:
    """Mark the calibration error that perfect calibration would show."""
    return go.Scatter(
        x=own["value"].round(DIGITS).to_list(),
        y=[positions[run_id] for run_id in own["run_id"]],
        mode="markers",
        cliponaxis=False,
        marker={"size": 14, "symbol": "line-ns", "line": {"color": palette.MUTED, "width": 2}},
        meta={"group": "|".join(chosen), "title": _title(*chosen), "metric": IF_PERFECT[chosen[0]]},
        visible=chosen == FIRST,
        hovertemplate="if perfectly calibrated: %{x:.3f}<extra></extra>",
    )


def _title(metric: str, slice_: str) -> str:
    return f"{METRICS[metric]}, {formatting.plain(label(slice_), 60)}"


def _note(board: list[dict[str, Any]]) -> str:
    if not board:
        return "No run of this split has a score."
    bars = f"{formatting.INTERVAL}, with at least {MIN_PEOPLE} people"
    perfect = "Ticks beside calibration errors: what perfect calibration would show on as many photographs."
    return f"Test part, runs sorted by accuracy. Bars: {bars}. {perfect}"
