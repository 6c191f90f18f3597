"""Which run a name stands for: the champion, a system, the first characters of a run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from affect_store.flows.steps import trained_model
from affect_store.flows.steps.trained_model import (
    CHAMPION,
    best_without_neutral,
    choose,
    read_store,
    systems_without_neutral,
)
from affect_store.store.engine.clock import now
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError, StoreLockedError, UnknownNameError
from affect_store.store.home import Home
from tests.store.holder import held
from tests.stores.build import copy, insert
from tests.stores.known import RUNS, small_home

BEST, PUBLISHED, ALONE = RUNS[:3]
"""By person: vector_mlp corrected, which is the best, and published, and point_mlp, which needs no neutral one."""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A copy of the small home, without its publication."""
    copied = copy(small_home(), tmp_path)
    copied.published.unlink()
    yield copied


def promote(home: Home, run_id: str) -> None:
    with open_work(home) as work:
        insert(work, "registry.promotions", promoted_at=now(), run_id=run_id, alias=CHAMPION, reason="test")


def remove_weights(home: Home, *run_ids: str) -> None:
    with open_work(home) as work:
        work.execute("UPDATE registry.runs SET artifact_path = NULL WHERE run_id IN $ids", {"ids": list(run_ids)})


def chosen(home: Home, name: str) -> tuple[str, str]:
    return read_store(home, lambda source: choose(source, name))


def test_without_a_champion_it_is_the_best_by_person() -> None:
    assert chosen(small_home(), CHAMPION) == (
        BEST.run_id, "the best of the leaderboard since no champion has been promoted",
    )  # fmt: skip


def test_a_system_that_reads_the_other_photographs_is_not_chosen_by_itself(home: Home) -> None:
    with open_work(home) as work:
        work.execute("UPDATE registry.runs SET model = 'relative_lda' WHERE run_id = ?", [BEST.run_id])
    why = "the best of the leaderboard that predicts each photograph by itself since no champion has been promoted"
    assert chosen(home, CHAMPION) == (ALONE.run_id, why)
    assert chosen(home, "relative_lda")[0] == BEST.run_id
    promote(home, BEST.run_id)
    assert chosen(home, CHAMPION) == (BEST.run_id, "the champion")


def test_the_last_promotion_counts(home: Home) -> None:
    promote(home, PUBLISHED.run_id)
    promote(home, ALONE.run_id)
    assert chosen(home, CHAMPION) == (ALONE.run_id, "the champion")


def test_a_champion_without_a_model_is_replaced_and_the_words_say_so(home: Home) -> None:
    promote(home, ALONE.run_id)
    remove_weights(home, ALONE.run_id)
    by_image = RUNS[4]
    assert chosen(home, CHAMPION) == (by_image.run_id, "the champion, trained again")
    remove_weights(home, by_image.run_id)
    assert chosen(home, CHAMPION) == (
        BEST.run_id, "the best of the leaderboard since no model of the champion point_mlp.corrected is stored",
    )  # fmt: skip
    remove_weights(home, *(run.run_id for run in RUNS))
    with pytest.raises(StoreError, match="no trained model is stored: `affect run` or `affect train`"):
        chosen(home, CHAMPION)


@pytest.mark.parametrize(
    ("name", "run_id"),
    [
        ("vector_mlp", BEST.run_id),
        ("vector_mlp.published", PUBLISHED.run_id),
        ("point_mlp.corrected", ALONE.run_id),
        (ALONE.run_id, ALONE.run_id),
        (PUBLISHED.run_id[:-2], PUBLISHED.run_id),
    ],
)
def test_a_name_stands_for_a_run(name: str, run_id: str) -> None:
    assert chosen(small_home(), name)[0] == run_id


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("point_mlp.published", StoreError, "no run of point_mlp.published has a model: .* --recipe published` trains"),
        ("vector_mpl", UnknownNameError, "no system or run 'vector_mpl'; did you mean vector_mlp"),
        ("lda.publishd", UnknownNameError, "'lda' has no recipe 'publishd'; available: corrected"),
        ("point_mlp.publishd", UnknownNameError, "'point_mlp' has no recipe 'publishd'; did you mean published"),
        ("0123", UnknownNameError, "there is no run or trained system '0123'"),
    ],
)  # fmt: skip
def test_other_names_are_mistakes(name: str, error: type[StoreError], message: str) -> None:
    with pytest.raises(error, match=message):
        chosen(small_home(), name)


def test_the_words_say_what_the_run_was_tested_on(home: Home) -> None:
    assert chosen(home, "point_mlp")[1] == "its run with the best accuracy on people it was not trained on"
    remove_weights(home, ALONE.run_id)
    run_id, words = chosen(home, "point_mlp")
    assert run_id == RUNS[4].run_id
    assert (
        words == "its run with the best accuracy on the split by_image, which has other photographs of the same people"
    )


def test_a_wrong_name_is_reported_at_once_while_the_work_store_is_held(tmp_path: Path) -> None:
    published = copy(small_home(), tmp_path)
    started = time.monotonic()
    with held(published.work), pytest.raises(UnknownNameError, match="did you mean vector_mlp"):
        chosen(published, "vector_mpl")
    assert time.monotonic() - started < 10


def test_without_a_publication_a_held_work_store_is_the_error(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trained_model, "WAIT_S", 0)
    with held(home.work), pytest.raises(StoreLockedError, match="has the store open for writing"):
        chosen(home, CHAMPION)


def test_the_best_system_without_a_neutral_photograph(home: Home) -> None:
    assert systems_without_neutral() == ["cnn", "point_mlp"]
    assert read_store(home, best_without_neutral) == ALONE.run_id
    with StoreFile(home.work) as source:
        assert best_without_neutral(source) == ALONE.run_id
    remove_weights(home, ALONE.run_id, RUNS[4].run_id)
    assert read_store(home, best_without_neutral) is None
