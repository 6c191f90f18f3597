"""The page Replication: reported figures beside reproduced ones, and what it says where there are none."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from affect_store.dashboards import build
from affect_store.dashboards.figures import replication
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages.replication import HREF, NOT_REPORTED, NOT_RUN, page
from affect_store.store.vocabulary import STRATEGIES
from tests.dashboards.builder import SYSTEMS, Builder

BY_PERSON = STRATEGIES[0]


def rendered(frames: Frames) -> str:
    """The page, without the others."""
    return page(frames, build.site(frames))


@pytest.fixture(scope="module")
def by_person() -> Frames:
    """Frames of both recipes by person, as the demo has them."""
    return Builder().frames()


@pytest.fixture(scope="module")
def replicated(by_person: Frames) -> Frames:
    """The same runs on the split of the notebook, too, with MM1 confused about two emotions."""

    def copied(frame: pl.DataFrame) -> pl.DataFrame:
        own = frame.filter(pl.col("run_id").str.ends_with(BY_PERSON))
        return own.with_columns(pl.col("run_id").str.replace(BY_PERSON, "notebook"))

    board = copied(by_person.leaderboard).with_columns(strategy=pl.lit("notebook"))
    confusion = copied(by_person.confusion).filter(pl.col("run_id") != "mm1-published-notebook")
    mm1 = [("contemptuous", "neutral", 3), ("contemptuous", "contemptuous", 1), ("neutral", "neutral", 2)]
    rows = [dict(zip(("truth", "predicted", "n"), row, strict=True)) for row in mm1]
    added = pl.DataFrame([{"run_id": "mm1-published-notebook", "part": "test", **row} for row in rows])
    return replace(
        by_person,
        leaderboard=pl.concat([by_person.leaderboard, board.select(by_person.leaderboard.columns)]),
        epochs=pl.concat([by_person.epochs, copied(by_person.epochs)]),
        confusion=pl.concat([by_person.confusion, confusion, added.cast(dict(confusion.schema))]),
    )


def test_reported_figures_stand_beside_reproduced_ones(replicated: Frames) -> None:
    runs = replication.reproduced(replicated.leaderboard, replicated.epochs)
    mm1 = runs["mm1", "published", "notebook"]
    epochs = replicated.epochs.filter(pl.col("run_id") == "mm1-published-notebook").sort("epoch")
    assert (mm1.val_accuracy, mm1.last_loss) == (epochs["val_accuracy"][-1], epochs["loss"][-1])
    assert (mm1.best_epoch, mm1.best_val_accuracy) == (24, epochs["val_accuracy"].max())
    text = rendered(replicated)
    for figure in ("0.1278", "2804.6, 127.9, 144.8", "0.7402 (45)", "0.9171", NOT_REPORTED, f"{mm1.val_accuracy:.4f}"):
        assert figure in text, figure
    assert "Reproduced, split of the notebook" in text and "With its slips" not in text and NOT_RUN not in text
    assert "General MLP 0.13, Vector MLP 0.29, MM1 0.38, CNN 0.41" in text
    assert "contemptuous taken for neutral: 0.75, neutral taken for contemptuous: 0.00" in text


def test_the_best_epoch_is_the_first_with_the_best_validation_accuracy(replicated: Frames) -> None:
    flat = replicated.epochs.with_columns(val_accuracy=pl.when(pl.col("epoch") == 1).then(0.1).otherwise(0.2))
    assert {run.best_epoch for run in replication.reproduced(replicated.leaderboard, flat).values()} == {2}


def test_without_the_notebooks_split_the_page_says_what_is_missing(by_person: Frames) -> None:
    text = rendered(by_person)
    assert "not those of the Radboud Faces Database" in text and "The split of the notebook was not drawn here" in text
    assert NOT_RUN in text and "Reproduced, split of the notebook</th><td" not in text
    assert "Vector MLP 24 of 100" in text and "General MLP 24 of 20" not in text


def test_photographs_of_rafd_have_no_such_remark(replicated: Frames) -> None:
    assert "not those of the Radboud" not in rendered(replace(replicated, is_rafd=True))


def test_a_store_without_the_published_recipe_has_no_such_page(by_person: Frames) -> None:
    board = by_person.leaderboard.filter(pl.col("recipe") == "corrected")
    links = {link.href for link in build.site(replace(by_person, leaderboard=board)).links}
    assert HREF not in links and HREF in {link.href for link in build.site(by_person).links}


def test_untrainable_systems_are_not_run() -> None:
    frames = Builder(untrainable=tuple(SYSTEMS)[:-1]).frames()
    assert NOT_RUN in rendered(frames)
