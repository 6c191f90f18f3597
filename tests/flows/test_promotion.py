"""Who becomes champion, and the sentence that tells why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from flows.promotion import Contender, Decision, champion_of, decide, record
from models.challenge import FEWEST_PEOPLE
from store.errors import StoreError
from store.tables.connection import open_work
from store.tables.home import Home

LDA = Contender("lda", "corrected", "r-lda", "f-lda", "completed", None, 0.91)
CNN = Contender("cnn", "corrected", "r-cnn", "f-cnn", "completed", None, 0.95)
OLD = Contender("mm1", "published", "r-mm1", "f-mm1", "completed", None, 0.80)
GONE = replace(OLD, status="untrainable", status_detail="needs delta features: nobody has them")
NOBODY = pl.DataFrame(schema={"run_id": pl.String, "image_id": pl.String, "subject_id": pl.String,
                              "truth": pl.Int64, "predicted": pl.Int64})  # fmt: skip


def predictions(people: int, **right: int) -> pl.DataFrame:
    """Of pooled runs (`f_lda=9`): right answers among ten photographs of each person."""
    rows = [
        {"run_id": name.replace("_", "-"), "image_id": f"{person}-{k}", "subject_id": f"{person}", "truth": 1,
         "predicted": int(k < n)}
        for name, n in right.items() for person in range(people) for k in range(10)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=NOBODY.schema)


def decided(champion: Contender | None, *candidates: Contender, given: pl.DataFrame = NOBODY) -> Decision:
    known = {one.system: one for one in (*candidates, *([champion] if champion else []))}
    return decide(known, champion.system if champion else None, [one.system for one in candidates], given)


def test_the_first_champion_is_the_best_on_validation_people() -> None:
    done = decided(None, LDA, CNN)
    assert done.champion is CNN and done.is_new and done.contest is None
    assert done.reason == "the first champion: best of 2 on validation people (0.950)"


def test_a_challenger_that_is_shown_to_be_better_is_crowned() -> None:
    done = decided(OLD, LDA, CNN, given=predictions(16, f_cnn=9, f_mm1=6, f_lda=10))
    assert done.champion is CNN and done.is_new and done.contest and done.contest.is_won(2)
    assert done.reason.startswith("shown to be better than mm1 published: accuracy +0.300 over 16 people")


@pytest.mark.parametrize(("people", "cnn"), [(16, 6), (FEWEST_PEOPLE - 1, 10), (16, 3)])
def test_one_that_is_not_stays_challenger(people: int, cnn: int) -> None:
    done = decided(OLD, CNN, given=predictions(people, f_cnn=cnn, f_mm1=6))
    assert done.champion is OLD and not done.is_new and done.challenger is CNN
    assert done.challenger_reason.startswith("not shown to be better than mm1 published (alpha 0.05)")
    assert ("12 people are needed" in done.challenger_reason) == (people < FEWEST_PEOPLE)


def test_without_folds_nobody_is_compared() -> None:
    done = decided(OLD, replace(CNN, pooled_run_id=None))
    assert done.champion is OLD and done.challenger_reason == "not compared: folds are made of 12 people at least"


def test_a_champion_that_does_best_again_is_kept() -> None:
    done = decided(CNN, LDA, CNN)
    assert done.champion is CNN and done.challenger is None and done.reason.startswith("kept: no other did better")


@pytest.mark.parametrize("state", [GONE, None])
def test_a_champion_whose_features_are_gone_is_followed(state: Contender | None) -> None:
    known = {LDA.system: LDA} | ({GONE.system: GONE} if state else {})
    done = decide(known, GONE.system, [LDA.system], NOBODY)
    assert done.champion is LDA and done.is_new
    why = "needs delta features: nobody has them" if state else "it is not trained on these features"
    assert done.reason == f"the champion mm1 published is gone ({why}); the only one"


def test_where_nothing_could_be_trained_there_is_no_champion() -> None:
    with pytest.raises(StoreError, match="no champion"):
        decided(None, GONE)


def test_every_decision_is_a_row(tmp_path: Path) -> None:
    done = decided(OLD, CNN, given=predictions(16, f_cnn=6, f_mm1=6))
    with open_work(Home(tmp_path)) as connection:
        assert champion_of(connection, "lab") is None
        record(connection, done)
        rows = connection.execute(
            "FROM registry.promotions SELECT run_id, alias, against_run_id, p ORDER BY alias"
        ).fetchall()
    assert rows == [("r-cnn", "challenger", "r-mm1", 1.0), ("r-mm1", "champion", "r-cnn", 1.0)]
