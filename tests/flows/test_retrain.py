"""What retraining asks the store: whether anything changed, who is champion, who contends; and what it tells, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows import announcing, engine, promotion, retrain
from flows.plans import Asked
from flows.promotion import Contender, Decision
from models.systems import CORRECTED
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from tests.validation import fabricate

CORPUS = "fabricated"
ASKED = Asked(["lda"], CORRECTED)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path)
    fabricate.fabricate(found.work)
    return found


def corpus_of(connection: Connection) -> str:
    ((found,),) = connection.execute("SELECT DISTINCT corpus FROM catalogue.images").fetchall()
    return str(found)


def crown(connection: Connection, reason: str = "the first", place: int = 0) -> Contender:
    """Make a run of the store champion."""
    one = sorted(promotion.contenders(connection).values(), key=lambda one: one.run_id)[place]
    promotion.record(connection, Decision(one, reason, is_new=True))
    return one


def fingerprint(connection: Connection, asked: Asked = ASKED, folds: int = 5) -> str:
    return retrain.fingerprint(connection, corpus_of(connection), asked, folds)


def test_nothing_changed_is_the_same_fingerprint_and_everything_else_another(home: Home) -> None:
    with open_work(home) as connection:
        first = fingerprint(connection)
        assert fingerprint(connection) == first
        others = [fingerprint(connection, Asked(["logistic"], CORRECTED)), fingerprint(connection, folds=4)]
        crown(connection)
        others.append(fingerprint(connection))
    with open_work(home) as connection:
        connection.execute("UPDATE catalogue.labels SET emotion = 'sad' WHERE emotion = 'neutral'")
        others.append(fingerprint(connection))
        connection.execute("DELETE FROM features.landmarks")
        others.append(fingerprint(connection))
    assert len({first, *others}) == 6


def test_the_champion_is_of_a_corpus_and_the_last_one(home: Home) -> None:
    with open_work(home) as connection:
        corpus = corpus_of(connection)
        assert promotion.champion_of(connection, corpus) is None
        crown(connection)
        last = crown(connection, "better", place=1)
        assert promotion.champion_of(connection, corpus) == last.system
        assert promotion.champion_of(connection, "another") is None


def test_contenders_are_the_systems_that_count_with_their_validation_score(home: Home) -> None:
    with open_work(home) as connection:
        found = promotion.contenders(connection)
        told = connection.execute("""
            FROM registry.metrics JOIN registry.systems USING (run_id)
            SELECT run_id, value
            WHERE strategy = 'by_person' AND part = 'validate' AND slice = 'all' AND metric = 'accuracy_all'
        """).fetchall()
    assert told and {(one.run_id, one.validated) for one in found.values()} == set(told)
    assert all(one.pooled_run_id is None and one.status == "completed" for one in found.values())


def test_a_decision_is_announced_once_and_a_drop_with_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, dict[str, Any]]] = []
    listen(monkeypatch, told)
    with open_work(home) as connection:
        corpus, one = corpus_of(connection), crown(connection)
    announcing.announce(home, corpus)
    announcing.announce(home, corpus)
    assert [event for event, _ in told] == [announcing.RETRAINED]
    assert told[0][1]["champion"] == one.title and told[0][1]["reason"] == "the first"
    with open_work(home) as connection:
        connection.execute(
            "UPDATE registry.metrics SET value = value - 0.5 WHERE part = 'test' AND metric = 'accuracy'"
        )
        crown(connection, "kept")
    announcing.announce(home, corpus)
    assert [event for event, _ in told[1:]] == [announcing.RETRAINED, announcing.DROPPED]
    with open_work(home) as connection:
        crown(connection, "another system", place=1)
    announcing.announce(home, corpus)
    assert [event for event, _ in told[3:]] == [announcing.RETRAINED], "systems are not compared by what they were"


def listen(monkeypatch: pytest.MonkeyPatch, told: list[tuple[str, dict[str, Any]]]) -> None:
    """As if a deployment had started this process, with a list for Prefect."""
    monkeypatch.setattr(engine, "is_deployed", lambda: True)
    monkeypatch.setattr(engine, "announce", lambda event, home, payload: told.append((event, payload)))
    for shown in ("show_table", "show_text"):
        monkeypatch.setattr(engine, shown, lambda *told: None)


def test_a_run_that_dies_between_decision_and_publication_is_told_by_the_next(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, dict[str, Any]]] = []
    listen(monkeypatch, told)
    with open_work(home) as connection:
        corpus = corpus_of(connection)
    for name in ("prepare", "split_audited", "finish_forgetting"):
        monkeypatch.setattr(retrain, name, lambda *_: None)

    def decide(place: Home, corpus: str, asked: Asked, folds: int) -> None:
        with open_work(place) as connection:
            crown(connection)
            connection.execute("INSERT INTO quality.settings VALUES (?, ?)", [
                f"{retrain.DECIDED}: {corpus}", retrain.fingerprint(connection, corpus, asked, folds)])  # fmt: skip

    monkeypatch.setattr(retrain, "_train_and_decide", decide)
    monkeypatch.setattr(engine, "is_overtaken", lambda: False)
    given = {"images": str(home.root), "home": str(home.root), "corpus": corpus}
    monkeypatch.setattr(retrain, "finish", lambda *_: (_ for _ in ()).throw(OSError("power cut")))
    with pytest.raises(OSError, match="power cut"):
        retrain.retrain.fn(**given)
    assert told == []
    monkeypatch.setattr(retrain, "finish", lambda *_: False)
    monkeypatch.setattr(retrain, "_train_and_decide", lambda *_: pytest.fail("it was decided already"))
    assert retrain.retrain.fn(**given).name == "Unchanged"
    assert [event for event, _ in told] == [announcing.RETRAINED]


def test_what_happens_in_another_corpus_changes_nothing_for_this_one(home: Home) -> None:
    with open_work(home) as connection:
        corpus = corpus_of(connection)
        before = retrain.fingerprint(connection, corpus, ASKED, 5)
        connection.execute("""
            INSERT INTO catalogue.images BY NAME
            FROM catalogue.images SELECT * REPLACE ('other-' || image_id AS image_id, 'other' AS corpus) LIMIT 3
        """)
        assert retrain.fingerprint(connection, corpus, ASKED, 5) == before


def test_a_corpus_without_a_decision_tells_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, dict[str, Any]]] = []
    listen(monkeypatch, told)
    announcing.announce(home, "another")
    assert told == []
