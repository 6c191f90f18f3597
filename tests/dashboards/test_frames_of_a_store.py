"""The frames of a published store, and hand-built ones against them: a query and a page cannot drift apart."""

from __future__ import annotations

import polars as pl
import pytest

from affect_store.dashboards import build
from affect_store.dashboards.frames import COLUMNS, Frames
from affect_store.flows.steps.dashboard_frames import frames_of
from affect_store.store.engine.published_store import open_published
from affect_store.store.vocabulary import EMOTIONS
from tests.stores.known import CORPUS, DESIGN, LOOKS, PEOPLE, RUNS, small_home

WITHOUT_ROWS = {
    "attributions", "audits", "checks", "declarations", "group_attributions", "importances", "landmark_errors",
    "layers", "promotions", "publications", "quality", "quarantine", "ranks", "unlabelled", "untested",
    "cross_corpus", "unit_means", "unit_agreement", "repeatability",
}  # fmt: skip
"""The store was neither audited nor explained, nothing was promoted or declared, every emotion is tested, every
photograph has a label, landmarks are of a single pass, copies were not compared, and nobody was rendered."""


@pytest.fixture(scope="module")
def stored() -> Frames:
    """Read the frames of the store with known answers."""
    connection = open_published(small_home())
    try:
        return frames_of(connection, {"published": "today"})
    finally:
        connection.close()


def kind(dtype: pl.DataType) -> str:
    """Return the kind of a column: its exact width and the precision of timestamps do not matter to a figure."""
    if dtype.is_integer():
        return "integer"
    return "number" if dtype.is_float() else "vector" if dtype.is_nested() else str(dtype.base_type())


@pytest.mark.parametrize("name", COLUMNS)
def test_a_hand_built_frame_has_the_columns_of_the_stored_one(name: str, frames: Frames, stored: Frames) -> None:
    ours, theirs = getattr(frames, name), getattr(stored, name)
    assert not set(COLUMNS[name]) - set(theirs.columns)
    kinds = {column: (kind(ours.schema[column]), kind(theirs.schema[column])) for column in COLUMNS[name]}
    assert {column: pair for column, pair in kinds.items() if len({*pair} - {"Null"}) > 1} == {}


def test_pages_show_the_contents_of_the_store(stored: Frames) -> None:
    pages = build.pages(stored)
    assert {f"model-{run.model}.html" for run in RUNS} <= set(pages)
    assert CORPUS in pages["index.html"] and f"{len(PEOPLE)} people" in pages["data.html"]
    poses = stored.scalar_features.filter(view="head_pose")
    assert poses["n_images"].sum() == 3 * (len(DESIGN.cells()) - 1)
    of_measures = stored.person_measures.filter(column_name="mouth_width_change_iod", subject_id=PEOPLE[0])
    assert set(of_measures["emotion"]) == set(EMOTIONS) and of_measures["n_images"].max() == len(LOOKS)
    assert {name for name in COLUMNS if getattr(stored, name).is_empty()} == WITHOUT_ROWS
