"""The split across corpora: who is in which part, what is refused, and runs that are trained and tested on it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from affect_store.flows.steps import cross_split
from affect_store.flows.steps.audit_state import ROWS, TRAINED_ON, record_audited
from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.corpora import (
    are_audited_together,
    audited_with,
    corpora_in_use,
    require_known_corpora,
    use_corpora,
)
from affect_store.flows.steps.cross_split import CorpusPair, draw
from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.extraction import materialize_landmarks
from affect_store.flows.steps.run_execution import execute
from affect_store.flows.steps.run_records import record_run, request_runs_on
from affect_store.flows.steps.run_specs import TrainingRequest
from affect_store.flows.steps.splits import store_splits
from affect_store.models.systems import CORRECTED
from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import define
from affect_store.store.engine.settings import get_setting
from affect_store.store.engine.table_hashes import hash_tables
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import CorpusError, UnknownNameError
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.vocabulary import EMOTIONS, NEUTRAL, PARTS
from affect_store.validation.gx.dialect import open_reader
from affect_store.validation.recompute.metrics import check_metrics
from tests.flows import corpus
from tests.flows.predicting import CORPUS, ENOUGH, extracted_home
from tests.flows.steps.test_split_drawing import members
from tests.stores import clean

OTHER, MODEL = "other", "lda"
HAPPY, SAD = EMOTIONS[4], EMOTIONS[6]
TRAIN, VALIDATE, TEST = PARTS
OWN = tuple(f"a{number}" for number in range(4))


def test_people_are_trained_or_validated_on_in_one_corpus_and_tested_in_the_other() -> None:
    shown = dict.fromkeys((*OWN, "b0", "b1"), (HAPPY, NEUTRAL))
    drawn = draw(members(shown, {"a0": TEST, "b0": TRAIN}), set(OWN), {"b0", "b1"})
    parts = dict(drawn.assigned.select("subject_id", "part").unique().iter_rows())
    assert sorted(parts[name] for name in OWN) == [TRAIN, TRAIN, TRAIN, VALIDATE]
    assert (parts["b0"], parts["b1"]) == (TEST, TEST)
    assert len(drawn.assigned) == 6 * 4, "every photograph"


def test_emotions_that_nobody_is_trained_on_are_left_out() -> None:
    shown = {**dict.fromkeys(OWN, (HAPPY, NEUTRAL)), "b0": (HAPPY, SAD)}
    drawn = draw(members(shown), set(OWN), {"b0"})
    assert drawn.definition.left_out == (SAD,)
    assert set(drawn.assigned.filter(pl.col("part") == TEST)["emotion"]) == {HAPPY}


def test_a_person_who_alone_shows_an_emotion_is_trained_on() -> None:
    for only in OWN:
        shown = {name: (HAPPY, NEUTRAL, *([SAD] if name == only else [])) for name in OWN} | {"b0": (HAPPY, SAD)}
        drawn = draw(members(shown), set(OWN), {"b0"})
        assert drawn.definition.left_out == ()
        assert drawn.assigned.filter(pl.col("subject_id") == only)["part"].unique().to_list() == [TRAIN]


@pytest.mark.parametrize(
    ("shown", "own", "others", "reason"),
    [
        (dict.fromkeys(OWN, (HAPPY, NEUTRAL)), OWN, ("a0",), "a person must not be trained and tested on; received a0"),
        ({**dict.fromkeys(OWN, (HAPPY,)), "b": (HAPPY,)}, OWN, ("b",), "shows only happy"),
        ({"a": (HAPPY, NEUTRAL), "b": (HAPPY,)}, ("a",), ("b",), "leaves no photographs to validate on"),
        ({**dict.fromkeys(OWN, (HAPPY, NEUTRAL)), "b": (SAD,)}, OWN, ("b",), "shows an emotion of the training part"),
    ],
)
def test_pairs_that_cannot_be_trained_or_tested_are_refused(
    shown: dict[str, tuple[str, ...]], own: tuple[str, ...], others: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(CorpusError, match=reason):
        draw(members(shown), set(own), set(others))


def test_a_pair_needs_two_sides_that_differ() -> None:
    with pytest.raises(CorpusError, match="received 'a' for both"):
        CorpusPair(("a", "c"), ("a",))
    with pytest.raises(CorpusError, match="at least one corpus"):
        CorpusPair((), ("a",))
    assert CorpusPair(("b", "a"), ("c",)).corpora == ["a", "b", "c"]


def test_corpora_must_be_known_and_usable_and_audits_check_both_for_a_while(tmp_path: Path) -> None:
    home, pair = clean.copy(tmp_path), CorpusPair((clean.CORPUS,), (OTHER,))
    with pytest.raises(UnknownNameError, match="there is no corpus 'other'"):
        require_known_corpora(home, pair.corpora)
    with open_work(home) as connection:
        of_one = {"subject": clean.PEOPLE[0]}
        connection.execute("UPDATE catalogue.images SET corpus = 'other' WHERE subject_id = $subject", of_one)
    use_corpora(home, [clean.CORPUS])
    require_known_corpora(home, pair.corpora)
    assert not are_audited_together(home, pair.corpora)
    with audited_with(home, pair.corpora), open_work(home) as connection:
        assert get_setting(connection, SettingKey.CORPORA_IN_USE) == json.dumps(pair.corpora)
        assert corpora_in_use(connection) == [clean.CORPUS], "also for a process that starts after a kill"
        record_audited(connection, hash_tables(connection, ROWS))
    assert are_audited_together(home, pair.corpora), "no second audit of the same rows"
    with open_work(home) as connection:
        assert get_setting(connection, SettingKey.CORPORA_IN_USE) == json.dumps([clean.CORPUS])
        connection.execute("UPDATE catalogue.images SET excluded_reason = 'removed' WHERE corpus = 'other'")
        record_audited(connection, hash_tables(connection, ROWS))
    assert not are_audited_together(home, pair.corpora), "an audit without the other corpus does not count"
    with pytest.raises(CorpusError, match="no photograph of the corpus 'other' can be used"):
        require_known_corpora(home, pair.corpora)


@pytest.fixture(scope="module")
def crossed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, str]:
    """A home of two corpora with a run across them, read-only, and the id of the run's split."""
    place = tmp_path_factory.mktemp("cross")
    home, folder = Home(place / "home"), place / OTHER
    shutil.copytree(extracted_home(ENOUGH)[0].root, home.root, symlinks=True)
    folder.mkdir()
    for person in range(21, 26):
        corpus.add_person(folder, person)
    ingest_folder(folder, "rafd", OTHER, home)
    materialize_landmarks(home)
    materialize_deltas(home)
    store_splits(home)
    pair = CorpusPair((CORPUS,), (OTHER,))
    split_id = cross_split.store_cross_split(home, pair)
    assert cross_split.store_cross_split(home, pair) == split_id, "the same split"
    with open_work(home) as connection:
        record_audited(connection, hash_tables(connection, TRAINED_ON))
        define(connection, ["leaderboard", "cross_corpus"])
    (spec,), _ = request_runs_on(home, split_id, TrainingRequest([MODEL], CORRECTED))
    record_run(home, spec, execute(home, spec))
    return home, split_id


def rows(home: Home, query: str) -> list[tuple]:
    with open_work(home) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.long
def test_the_view_has_the_accuracy_on_the_other_corpus_and_on_each_emotion(crossed: tuple[Home, str]) -> None:
    home, split_id = crossed
    scores = rows(
        home, "FROM cross_corpus SELECT model, recipe, trained_on, tested_on, emotion, accuracy, n_images, n_people"
    )
    assert {row[:4] for row in scores} == {(MODEL, CORRECTED, CORPUS, OTHER)}
    by_hand = rows(
        home, "FROM registry.predictions JOIN catalogue.images USING (image_id) "
        "JOIN catalogue.emotions USING (emotion) "
        "SELECT emotion, avg((predicted = label)::INT), count(*), count(DISTINCT subject_id) WHERE part = 'test' "
        "AND corpus = 'other' GROUP BY emotion",
    )  # fmt: skip
    measured = {row[4]: row[5:] for row in scores}
    assert {emotion: measured[emotion] for emotion, *_ in by_hand} == {name: tuple(row) for name, *row in by_hand}
    assert set(measured) == {"all", *(name for name, *_ in by_hand)}
    assert len(by_hand) == 3
    total = sum(row[1] * row[2] for row in by_hand) / sum(row[2] for row in by_hand)
    assert measured["all"][0] == pytest.approx(total)
    parts = "FROM splits.assignments JOIN catalogue.images USING (image_id) SELECT DISTINCT part, corpus"
    assert sorted(rows(home, f"{parts} WHERE split_id = '{split_id}'")) == [
        (TEST, OTHER),
        (TRAIN, CORPUS),
        (VALIDATE, CORPUS),
    ]


@pytest.mark.long
def test_a_run_across_corpora_is_on_no_leaderboard_but_listed(crossed: tuple[Home, str]) -> None:
    home, _ = crossed
    assert rows(home, "FROM leaderboard") == rows(home, "FROM registry.current") == []
    with open_work(home) as connection:
        (run,) = reader.query_frame(connection, "registry/list_runs", {"with_folds": False}).rows(named=True)
    assert (run["split"], run["is_current"], run["note"]) == (
        "cross_corpus",
        True,
        f"trained on {CORPUS}, tested on {OTHER}",
    )


@pytest.mark.long
def test_the_audit_recomputes_the_metrics_of_a_run_across_corpora(crossed: tuple[Home, str], tmp_path: Path) -> None:
    home = Home(Path(shutil.copytree(crossed[0].root, tmp_path / "home", symlinks=True)))
    with open_reader(home.work) as store:
        (finding,) = check_metrics(store, "seed")
    assert finding.success
    with open_work(home) as connection:
        connection.execute("UPDATE registry.metrics SET value = value / 2 + 0.1 WHERE slice = 'emotion=happy'")
    with open_reader(home.work) as store:
        (finding,) = check_metrics(store, "seed")
    assert not finding.success
    assert {row["slice"] for row in finding.samples} == {"emotion=happy"}
