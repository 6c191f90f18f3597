"""Which photographs there are: the cells of the factorial design that can be used, by person and by camera."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboards import palette, words
from dashboards.figures.base import Picture, figure, words_axis
from store.vocabulary import EMOTIONS, PROFILE_ANGLES_DEG

OK = "ok"
REFERENCE = "own reference"
"""The status of a person's reference photograph: it has no difference to itself, by design."""

LONGEST_PX = 1500


def in_use(coverage: pl.DataFrame) -> pl.DataFrame:
    """The cells of the cameras that are used: profile photographs are catalogued, but no face is looked for in them."""
    return coverage.filter(~pl.col("camera_angle_deg").is_in(PROFILE_ANGLES_DEG))


def is_complete() -> pl.Expr:
    """Whether a cell of the design lacks nothing that it could have."""
    return pl.col("status").is_in([OK, REFERENCE])


def cells(coverage: pl.DataFrame, row: str, column: str) -> pl.DataFrame:
    """One row a cell: `row`, `column`, n (photographs expected), n_ok (complete ones), share, gaps (the
    other statuses in words)."""
    statuses = (
        coverage.filter(pl.col("status") != OK)
        .group_by(row, column, "status")
        .len()
        .sort(row, column, "status")
        .group_by(row, column, maintain_order=True)
        .agg(gaps=pl.format("{} × {}", "len", "status").str.join(", "))
    )
    counts = coverage.group_by(row, column).agg(n=pl.len(), n_ok=is_complete().sum())
    joined = counts.join(statuses, on=[row, column], how="left").with_columns(share=pl.col("n_ok") / pl.col("n"))
    return joined.sort(row, column)


def by_person(coverage: pl.DataFrame) -> Picture:
    """Person x emotion: the share of the cell's photographs that are complete."""
    n_people = coverage["subject_id"].n_unique()
    return _heat(
        coverage,
        "subject_id",
        title=f"Complete photographs of each person and emotion ({words.people(n_people)}, "
        f"{words.photographs(coverage.height)})",
        row_px=min(22, max(5, LONGEST_PX // max(n_people, 1))),
    )


def by_view(coverage: pl.DataFrame) -> Picture:
    """Camera and gaze x emotion, over all people."""
    angle = pl.col("camera_angle_deg").cast(pl.String).str.zfill(3)
    viewed = coverage.with_columns(shot=pl.format("{}°, gaze {}", angle, "gaze"))
    return _heat(viewed, "shot", title="Complete photographs of each camera, gaze and emotion", row_px=26)


def _heat(coverage: pl.DataFrame, row: str, *, title: str, row_px: int) -> Picture:
    table = cells(coverage, row, "emotion")
    rows = table[row].unique().sort().to_list()
    emotions = [name for name in EMOTIONS if name in set(table["emotion"])]
    found = {(one[row], one["emotion"]): one for one in table.iter_rows(named=True)}
    grid = [[found.get((name, emotion)) for emotion in emotions] for name in rows]
    picture = figure(
        height_px=100 + row_px * max(len(rows), 3),
        xaxis=words_axis(emotions, range=[-0.5, max(len(emotions), 1) - 0.5], side="bottom", tickangle=-40),
        yaxis=words_axis([words.plain(name, 32) for name in rows], tickfont={"size": 11 if row_px > 12 else 8}),
    )
    picture.add_trace(
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
    return Picture(title, _note(coverage), _alt(table, row), picture, sources=("coverage",))


def _hover(name: object, emotion: str, cell: dict[str, object] | None) -> str:
    if cell is None:
        return ""
    gaps = f"<br>{words.plain(cell['gaps'], 120)}" if cell["gaps"] else ""
    return f"{words.plain(name, 60)}, {emotion}<br>{cell['n_ok']} of {cell['n']} complete{gaps}"


def _note(coverage: pl.DataFrame) -> str:
    complete = coverage.filter(is_complete()).height
    references = coverage.filter(pl.col("status") == REFERENCE).height
    return (
        "Complete: the photograph is there, a face was found and it has a reference; "
        f"{complete:,} of {coverage.height:,}, among them {words.count(references, 'reference photograph')}, which "
        "cannot differ from themselves. "
        "Blue: all complete; the warmer, the more is missing; blank: not part of the design. Profile cameras are left "
        "out."
    )


def _alt(table: pl.DataFrame, row: str) -> str:
    complete = table.filter(pl.col("share") == 1).height
    return f"Heat map of {table.height} cells ({row.replace('_', ' ')} by emotion); {complete} are complete."
