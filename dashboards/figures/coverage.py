"""Coverage of the factorial design: the share of complete photographs, by subject and by camera."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, category_axis, figure
from affect_store.store.emotion_classes import in_order
from affect_store.store.vocabulary import PROFILE_ANGLES_DEG

OK = "ok"
REFERENCE = "own reference"
"""Status of a person's reference photograph, which by design has no delta to itself."""

MAX_HEATMAP_PX = 1500
_ROWS = {"subject_id": "subject", "shot": "camera and gaze"}


def of_used_cameras(coverage: pl.DataFrame) -> pl.DataFrame:
    """Keep the cells of the used cameras: profile photographs are catalogued, but no landmarks are extracted."""
    return coverage.filter(~pl.col("camera_angle_deg").is_in(PROFILE_ANGLES_DEG))


def is_complete() -> pl.Expr:
    """Express whether a cell of the design has everything that it can have."""
    return pl.col("status").is_in([OK, REFERENCE])


def cells(coverage: pl.DataFrame, row: str, column: str) -> pl.DataFrame:
    """Compute one row per cell: `row`, `column`, n (photographs expected), n_ok (complete), share, gaps.

    `gaps` counts the other statuses, as text; reference photographs are complete.
    """
    statuses = (
        coverage.filter(pl.col("status") != OK)
        .with_columns(pl.col("status").replace(REFERENCE, "reference photograph"))
        .group_by(row, column, "status")
        .len()
        .sort(row, column, "status")
        .group_by(row, column, maintain_order=True)
        .agg(gaps=pl.format("{} × {}", "len", "status").str.join(", "))
    )
    counts = coverage.group_by(row, column).agg(n=pl.len(), n_ok=is_complete().sum())
    joined = counts.join(statuses, on=[row, column], how="left").with_columns(share=pl.col("n_ok") / pl.col("n"))
    return joined.sort(row, column)


def by_person(coverage: pl.DataFrame) -> CaptionedFigure:
    """Draw the share of complete photographs per subject and emotion."""
    n_people = coverage["subject_id"].n_unique()
    return _heat(
        coverage,
        "subject_id",
        title=f"Complete photographs per subject and emotion ({formatting.people(n_people)}, "
        f"{formatting.photographs(coverage.height)})",
        row_px=min(22, max(5, MAX_HEATMAP_PX // max(n_people, 1))),
    )


def by_view(coverage: pl.DataFrame) -> CaptionedFigure:
    """Draw the share of complete photographs per camera, gaze and emotion, over all people."""
    angle = pl.col("camera_angle_deg").cast(pl.String).str.zfill(3)
    viewed = coverage.with_columns(shot=pl.format("{}°, gaze {}", angle, "gaze"))
    return _heat(viewed, "shot", title="Complete photographs per camera, gaze and emotion", row_px=26)


def _heat(coverage: pl.DataFrame, row: str, *, title: str, row_px: int) -> CaptionedFigure:
    table = cells(coverage, row, "emotion")
    rows = table[row].unique().sort().to_list()
    emotions = in_order(table["emotion"])
    by_position = {(cell[row], cell["emotion"]): cell for cell in table.iter_rows(named=True)}
    grid = [[by_position.get((name, emotion)) for emotion in emotions] for name in rows]
    fig = figure(
        height_px=100 + row_px * max(len(rows), 3),
        xaxis=category_axis(emotions, range=[-0.5, max(len(emotions), 1) - 0.5], side="bottom", tickangle=-40),
        yaxis=category_axis([formatting.plain(name, 32) for name in rows], tickfont={"size": 11 if row_px > 12 else 8}),
    )
    fig.add_trace(
        go.Heatmap(
            z=[[None if cell is None else cell["share"] for cell in line] for line in grid],
            text=[["" if cell is None else f"{cell['n_ok']}/{cell['n']}" for cell in line] for line in grid],
            texttemplate="%{text}" if row_px > 15 else None,
            customdata=[
                [_hover(name, emotion, cell) for emotion, cell in zip(emotions, line, strict=True)]
                for name, line in zip(rows, grid, strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
            hoverongaps=False,
            zmin=0,
            zmax=1,
            colorscale=[list(stop) for stop in palette.GAPS],
            xgap=2,
            ygap=2 if row_px > 8 else 0,
            showscale=False,
        )
    )
    return CaptionedFigure(title, _note(coverage), _alt(table, row), fig, sources=("coverage",))


def _hover(name: object, emotion: str, cell: dict[str, object] | None) -> str:
    if cell is None:
        return ""
    gaps = f"<br>{formatting.plain(cell['gaps'], 120)}" if cell["gaps"] else ""
    return f"{formatting.plain(name, 60)}, {emotion}<br>{cell['n_ok']} of {cell['n']} complete{gaps}"


def _note(coverage: pl.DataFrame) -> str:
    complete = coverage.filter(is_complete()).height
    references = coverage.filter(pl.col("status") == REFERENCE).height
    return (
        f"{complete:,} of {coverage.height:,} photographs are complete: present, with a face and with a reference. "
        f"This includes {formatting.count(references, 'reference photograph')}, which by design have no delta. "
        "Blue: complete; warmer colours: more is missing; blank: not part of the design. Profile cameras are excluded."
    )


def _alt(table: pl.DataFrame, row: str) -> str:
    complete = table.filter(pl.col("share") == 1).height
    return f"Heat map of {table.height} cells ({_ROWS[row]} by emotion); {complete} are complete."
