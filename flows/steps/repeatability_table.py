"""The repeatability of a home as a short table: a row per corpus and feature, a column per copy."""

from __future__ import annotations

from collections.abc import Collection

from affect_store.flows.steps.repeatability import FEATURES
from affect_store.store.engine import reader
from affect_store.store.engine.query import QueryResult
from affect_store.store.engine.work_store import open_work
from affect_store.store.features.copies import ALL_COPIES, COPY_NAMES
from affect_store.store.home import Home

TITLE = "Intraclass correlation of photographs and copies; of several numbers, the median"


def summary(home: Home, corpora: Collection[str] = ()) -> QueryResult:
    """Return the intraclass correlation of each feature by copy, to three digits; of these corpora, by default all."""
    with open_work(home) as connection:
        frame = reader.query_frame(connection, "features/select_repeatability_by_copy")
    icc = {(row["corpus"], row["feature"], row["copy"]): row["icc"] for row in frame.iter_rows(named=True)}
    shown = [corpus for corpus in sorted(set(frame["corpus"])) if not corpora or corpus in corpora]
    names = (*COPY_NAMES, ALL_COPIES)
    rows = [
        (corpus, feature, *(_text(icc.get((corpus, feature, name))) for name in names))
        for corpus in shown
        for feature in FEATURES
        if (corpus, feature, ALL_COPIES) in icc
    ]
    return QueryResult(("corpus", "feature", *names), rows)


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
