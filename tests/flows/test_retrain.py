"""Retraining: what its decision depends on, the champion and the contenders, and notifications."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from affect_store.flows import retrain
from affect_store.flows.runtime import notifications, prefect
from affect_store.flows.steps import promotions, retraining
from affect_store.flows.steps.corpus_options import CorpusOptions
from affect_store.flows.steps.promotions import Contender, Decision
from affect_store.flows.steps.run_specs import TrainingRequest
from affect_store.models.systems import CORRECTED
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey
from tests.stores import clean

REQUEST = TrainingRequest(["lda"], CORRECTED)

Events = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return clean.copy(tmp_path)


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Events:
    """The events of a process that a deployment started."""
    emitted: Events = []
    monkeypatch.setattr(prefect, "is_deployed", lambda: True)
    monkeypatch.setattr(prefect, "announce", lambda event, home, payload: emitted.append((event, payload)))
    for artifact in ("show_table", "show_text"):
        monkeypatch.setattr(prefect, artifact, lambda *arguments: None)
    return emitted


def corpus_of(connection: Connection) -> str:
    ((corpus,),) = connection.execute("SELECT DISTINCT corpus FROM catalogue.images").fetchall()
    return str(corpus)


def promote(connection: Connection, reason: str = "the first", number: int = 0) -> Contender:
    """Make a run of the store champion."""
    contenders = sorted(promotions.contenders(connection).values(), key=lambda contender: contender.run_id)
    promotions.record(connection, Decision(contenders[number], reason, is_new=True))
    return contenders[number]


def fingerprint(connection: Connection, request: TrainingRequest = REQUEST, folds: int = 5) -> str:
    return retraining.fingerprint(connection, corpus_of(connection), request, folds)


def test_the_fingerprint_changes_with_everything_that_a_decision_depends_on(home: Home) -> None:
    with open_work(home) as connection:
        first = fingerprint(connection)
        assert fingerprint(connection) == first
        others = [fingerprint(connection, TrainingRequest(["logistic"], CORRECTED)), fingerprint(connection, folds=4)]
        promote(connection)
        others.append(fingerprint(connection))
    with open_work(home) as connection:
        connection.execute("UPDATE catalogue.labels SET emotion = 'sad' WHERE emotion = 'neutral'")
        others.append(fingerprint(connection))
        connection.execute("DELETE FROM features.landmarks")
        others.append(fingerprint(connection))
    assert len({first, *others}) == 6


def test_the_champion_of_a_corpus_is_the_last_one_promoted(home: Home) -> None:
    with open_work(home) as connection:
        corpus = corpus_of(connection)
        assert promotions.champion_of(connection, corpus) is None
        promote(connection)
        last = promote(connection, "better", number=1)
        assert promotions.champion_of(connection, corpus) == last.system
        assert promotions.champion_of(connection, "another") is None


def test_contenders_are_the_systems_with_current_runs_and_their_validation_score(home: Home) -> None:
    with open_work(home) as connection:
        contenders = promotions.contenders(connection)
        scores = connection.execute("""
            FROM registry.metrics JOIN registry.systems USING (run_id)
            SELECT run_id, value
            WHERE strategy = 'by_person' AND part = 'validate' AND slice = 'all' AND metric = 'accuracy_all'
        """).fetchall()
    assert scores and {(contender.run_id, contender.validated) for contender in contenders.values()} == set(scores)
    assert all(contender.pooled_run_id is None for contender in contenders.values())
    assert all(contender.status == "completed" for contender in contenders.values())


@pytest.mark.parametrize(
    ("champion", "added"),
    [
        (None, []),
        (("lda", CORRECTED), []),
        (("mm1", "published"), [[("mm1", "published")]]),
        (("removed", CORRECTED), []),
    ],
)
def test_a_champion_that_was_not_requested_is_trained_too(
    home: Home, monkeypatch: pytest.MonkeyPatch, champion: tuple[str, str] | None, added: list[object]
) -> None:
    monkeypatch.setattr(promotions, "champion_of", lambda connection, corpus: champion)
    requests = retraining.training_requests(home, "lab", REQUEST)
    assert [request.chosen for request in requests] == [REQUEST.chosen, *added]


def test_a_decision_is_announced_once_together_with_a_drop(home: Home, events: Events) -> None:
    with open_work(home) as connection:
        corpus, champion = corpus_of(connection), promote(connection)
    notifications.announce(home, corpus)
    notifications.announce(home, corpus)
    assert [event for event, _ in events] == [notifications.RETRAINED]
    assert events[0][1]["champion"] == champion.title and events[0][1]["reason"] == "the first"
    with open_work(home) as connection:
        connection.execute(
            "UPDATE registry.metrics SET value = value - 0.5 WHERE part = 'test' AND metric = 'accuracy'"
        )
        promote(connection, "kept")
    notifications.announce(home, corpus)
    assert [event for event, _ in events[1:]] == [notifications.RETRAINED, notifications.DROPPED]
    with open_work(home) as connection:
        promote(connection, "another system", number=1)
    notifications.announce(home, corpus)
    assert [event for event, _ in events[3:]] == [notifications.RETRAINED], "accuracies of two systems say no drop"


def test_a_run_killed_between_decision_and_publication_is_announced_by_the_next(
    home: Home, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_work(home) as connection:
        corpus = corpus_of(connection)
    for name in ("split_and_audit", "finish_erasures"):
        monkeypatch.setattr(retrain, name, lambda *_, **__: None)
    monkeypatch.setattr(retrain, "ingest_and_extract", lambda *_, **__: (corpus, CorpusOptions()))

    def decide(home: Home, corpus: str, request: TrainingRequest, folds: int) -> None:
        with open_work(home) as connection:
            promote(connection)
            decided = retraining.fingerprint(connection, corpus, request, folds)
            row = [SettingKey.RETRAINING_DECISION.of(corpus), decided]
            connection.execute("INSERT INTO quality.settings VALUES (?, ?)", row)

    def fail(*_: object, **__: object) -> bool:
        raise OSError("power cut")

    monkeypatch.setattr(retrain, "_train_and_decide", decide)
    monkeypatch.setattr(prefect, "is_overtaken", lambda: False)
    parameters = {"images": str(home.root), "home": str(home.root), "corpus": corpus}
    monkeypatch.setattr(retrain, "publish_changes", fail)
    with pytest.raises(OSError, match="power cut"):
        retrain.retrain.fn(**parameters)
    assert events == []
    monkeypatch.setattr(retrain, "publish_changes", lambda *_, **__: False)
    monkeypatch.setattr(retrain, "_train_and_decide", lambda *_: pytest.fail("it was decided already"))
    assert retrain.retrain.fn(**parameters).name == "Unchanged"
    assert [event for event, _ in events] == [notifications.RETRAINED]


def test_an_overtaken_run_does_nothing(home: Home, monkeypatch: pytest.MonkeyPatch, capsys) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(prefect, "is_overtaken", lambda: True)
    assert retrain.retrain.fn(home=str(home.root)).name == "Skipped"
    assert "Skipped: a newer run of this deployment is already scheduled." in capsys.readouterr().out


def test_another_corpus_does_not_change_the_fingerprint(home: Home) -> None:
    with open_work(home) as connection:
        before = fingerprint(connection)
        corpus = corpus_of(connection)
        connection.execute("""
            INSERT INTO catalogue.images BY NAME
            FROM catalogue.images SELECT * REPLACE ('other-' || image_id AS image_id, 'other' AS corpus) LIMIT 3
        """)
        assert retraining.fingerprint(connection, corpus, REQUEST, 5) == before


def test_nothing_is_announced_without_a_decision(home: Home, events: Events) -> None:
    notifications.announce(home, "another")
    assert events == []
