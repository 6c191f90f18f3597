"""Which system becomes champion, and the recorded reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from affect_store.flows.steps.promotions import Contender, Decision, PastTest, champion_of, decide, past_tests, record
from affect_store.models.evaluation.champion_test import MIN_PEOPLE_FOR_PROMOTION, compare_with_champion
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from tests.stores import clean

LDA = Contender("lda", "corrected", "r-lda", "f-lda", "completed", None, 0.91)
CNN = Contender("cnn", "corrected", "r-cnn", "f-cnn", "completed", None, 0.95)
OLD = Contender("mm1", "published", "r-mm1", "f-mm1", "completed", None, 0.80)
UNTRAINABLE = replace(OLD, status="untrainable", status_detail="needs delta features: nobody has them")
NO_PREDICTIONS = pl.DataFrame(schema={"run_id": pl.String, "image_id": pl.String, "subject_id": pl.String,
                              "truth": pl.Int64, "predicted": pl.Int64})  # fmt: skip


def predictions(people: int, **correct: int) -> pl.DataFrame:
    """Predictions of pooled runs; `f_lda=9` of ten photographs of each person are correct."""
    rows = [
        {"run_id": name.replace("_", "-"), "image_id": f"{person}-{k}", "subject_id": f"{person}", "truth": 1,
         "predicted": int(k < n)}
        for name, n in correct.items() for person in range(people) for k in range(10)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=NO_PREDICTIONS.schema)


def decided(
    champion: Contender | None,
    *candidates: Contender,
    given: pl.DataFrame = NO_PREDICTIONS,
    past: Sequence[PastTest] = (),
) -> Decision:
    known = {contender.system: contender for contender in (*candidates, *([champion] if champion else []))}
    systems = [candidate.system for candidate in candidates]
    return decide(known, champion.system if champion else None, systems, given, past)


def test_the_first_champion_is_the_best_on_validation_people() -> None:
    decision = decided(None, LDA, CNN)
    assert decision.champion is CNN and decision.is_new and decision.comparison is None
    assert decision.reason == "the first champion: best of 2 on validation people (0.950)"


def test_a_significantly_better_challenger_is_promoted() -> None:
    decision = decided(OLD, LDA, CNN, given=predictions(16, f_cnn=9, f_mm1=6, f_lda=10))
    assert (
        decision.champion is CNN
        and decision.is_new
        and decision.comparison
        and decision.comparison.is_won(challengers=2)
    )
    assert decision.reason.startswith("shown to be better than mm1 published: accuracy +0.300 over 16 people")


@pytest.mark.parametrize(("people", "cnn"), [(16, 6), (MIN_PEOPLE_FOR_PROMOTION - 1, 10), (16, 3)])
def test_a_challenger_that_is_not_significantly_better_is_not_promoted(people: int, cnn: int) -> None:
    decision = decided(OLD, CNN, given=predictions(people, f_cnn=cnn, f_mm1=6))
    assert decision.champion is OLD and not decision.is_new and decision.challenger is CNN
    assert decision.challenger_reason.startswith("not shown to be better than mm1 published: accuracy")
    assert ("12 people are needed" in decision.challenger_reason) == (people < MIN_PEOPLE_FOR_PROMOTION)


def test_a_pair_is_tested_again_only_with_half_more_people() -> None:
    past = [PastTest(frozenset({CNN.system, OLD.system}), 16), PastTest(frozenset({LDA.system, OLD.system}), 40)]
    for people, is_new in ((16, False), (23, False), (24, True)):
        decision = decided(OLD, CNN, given=predictions(people, f_cnn=9, f_mm1=6), past=past)
        assert decision.is_new == is_new and (decision.comparison is None) == (not is_new)
    again = decided(OLD, CNN, given=predictions(23, f_cnn=9, f_mm1=6), past=past)
    assert again.challenger_reason == (
        "not tested again against mm1 published: the last test had 16 people, this one would have 23, and 24 are needed"
    )
    assert decided(OLD, CNN, given=predictions(16, f_cnn=9, f_mm1=6), past=past[1:]).is_new, "another pair"


def test_every_test_of_a_home_has_a_smaller_level() -> None:
    # 14 of 16 people are better: p = 0.003, below the levels of the first four tests
    mixed = pl.concat([predictions(14, f_cnn=9, f_mm1=8), predictions(16, f_cnn=7, f_mm1=8).filter(
        pl.col("subject_id").is_in(["14", "15"]))])  # fmt: skip
    others = [PastTest(frozenset({LDA.system, OLD.system}), 16)] * 9
    outcomes = [decided(OLD, CNN, given=mixed, past=others[:count]) for count in range(10)]
    assert [decision.is_new for decision in outcomes] == [True] * 4 + [False] * 6
    assert outcomes[1].reason.endswith("level 0.017 of test 2")


def test_past_tests_are_read_from_the_registry(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    with open_work(home) as connection:
        assert past_tests(connection) == []
        runs = connection.execute("SELECT model, recipe, run_id FROM registry.runs ORDER BY run_id").fetchall()
        first, second = (
            Contender(model, recipe, run_id, None, "completed", None, 0.9) for model, recipe, run_id in runs
        )
        record(connection, Decision(first, "the first champion", True))
        for given in (predictions(16, a=6, b=6), predictions(16, a=9, b=6)):
            sides = [given.filter(pl.col("run_id") == name) for name in "ab"]
            comparison = compare_with_champion(*sides)
            record(connection, Decision(first, "kept", False, second, "worse", first, comparison))
        record(connection, Decision(first, "kept: not tested again", False, second, "not tested", first))
        expected = PastTest(frozenset({first.system, second.system}), len(clean.PEOPLE))
        assert past_tests(connection) == [expected] * 2
        connection.execute("DELETE FROM registry.runs WHERE run_id = ?", [second.run_id])
        assert len(past_tests(connection)) == 2, "a test counts for ever"


def test_without_folds_there_is_no_comparison() -> None:
    decision = decided(OLD, replace(CNN, pooled_run_id=None))
    assert decision.champion is OLD and decision.challenger_reason == "not compared: folds need at least 12 people"


def test_a_champion_that_does_best_again_is_kept() -> None:
    decision = decided(CNN, LDA, CNN)
    assert (
        decision.champion is CNN
        and decision.challenger is None
        and decision.reason.startswith("kept: no other did better")
    )


@pytest.mark.parametrize("state", [UNTRAINABLE, None])
def test_a_champion_that_cannot_be_trained_is_replaced(state: Contender | None) -> None:
    known = {LDA.system: LDA} | ({UNTRAINABLE.system: UNTRAINABLE} if state else {})
    decision = decide(known, UNTRAINABLE.system, [LDA.system], NO_PREDICTIONS)
    assert decision.champion is LDA and decision.is_new
    why = "needs delta features: nobody has them" if state else "it is not trained on these features"
    assert decision.reason == f"the champion mm1 published can no longer be trained ({why}); the only one"


def test_without_a_trained_system_there_is_no_champion() -> None:
    with pytest.raises(StoreError, match="no champion"):
        decided(None, UNTRAINABLE)


def test_every_decision_is_a_row(tmp_path: Path) -> None:
    decision = decided(OLD, CNN, given=predictions(16, f_cnn=6, f_mm1=6))
    with open_work(Home(tmp_path)) as connection:
        assert champion_of(connection, "lab") is None
        record(connection, decision)
        rows = connection.execute(
            "FROM registry.promotions SELECT run_id, alias, against_run_id, p ORDER BY alias"
        ).fetchall()
    assert rows == [("r-cnn", "challenger", "r-mm1", 1.0), ("r-mm1", "champion", "r-cnn", 1.0)]
