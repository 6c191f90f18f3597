"""The linear systems are published before the networks, which take longer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from affect_store.flows import train
from affect_store.flows.audit import audit
from affect_store.flows.pipeline import publish_changes
from affect_store.flows.steps.audit_state import TRAINED_ON, record_audited
from affect_store.flows.steps.corpora import use_corpora
from affect_store.flows.steps.corpus_options import CorpusOptions
from affect_store.flows.steps.publication_pages import publish_copy
from affect_store.flows.steps.run_records import request_runs
from affect_store.flows.steps.run_specs import TrainingRequest
from affect_store.flows.steps.splits import store_splits
from affect_store.models.systems import CORRECTED, LINEAR, SYSTEMS
from affect_store.store.engine.query import run_query
from affect_store.store.engine.table_hashes import hash_tables
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.publication import repository
from affect_store.store.publication.manifest import is_preliminary
from tests.flows.predicting import CORPUS, ENOUGH, extracted_home

MODELS = ["lda", "vector_mlp", "ensemble"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with splits of six people that passed their audit."""
    place = Home(tmp_path / "home")
    shutil.copytree(extracted_home(ENOUGH)[0].root, place.root, symlinks=True)
    use_corpora(place, [CORPUS])
    store_splits(place, corpora=[CORPUS])
    with open_work(place) as connection:
        record_audited(connection, hash_tables(connection, TRAINED_ON))
    return place


@pytest.mark.long
def test_networks_that_take_long_follow_the_linear_systems(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    missing, _ = request_runs(home, TrainingRequest(MODELS, CORRECTED, epochs=1), "by_person")
    assert train.runs_to_publish_early(home, missing) == [], "they take seconds"
    monkeypatch.setattr(train, "EARLY_WORK", 1)
    first = train.runs_to_publish_early(home, missing)
    assert first == [spec for spec in missing if SYSTEMS[spec.model].family == LINEAR] and "lda" in str(first)
    rest = [spec for spec in missing if spec not in first]
    assert train.runs_to_publish_early(home, rest) == [], "no linear system is left"
    assert train.runs_to_publish_early(home, first) == [], "no network is trained"
    publish_copy(home, "audit-1", False, preliminary=True)
    assert train.runs_to_publish_early(home, missing) == first
    publish_copy(home, "audit-2", False)
    assert train.runs_to_publish_early(home, missing) == [], "readers keep what is complete"


@pytest.mark.long
def test_a_preliminary_publication_has_the_linear_systems_and_the_next_all(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit(home=str(home.root), stage="features")
    monkeypatch.setattr(train, "EARLY_WORK", 1)
    shown = []
    alone = train.train_runs

    def show(home: Home, specs: object, explained: object) -> None:
        rows = run_query(home, "select model from leaderboard").rows if home.published.exists() else None
        shown.append(rows)
        alone(home, specs, explained)  # type: ignore[arg-type]

    monkeypatch.setattr(train, "train_runs", show)
    train.train(
        home=str(home.root), models=MODELS[:2], recipe=CORRECTED, epochs=1, strategy="by_person", publishes_early=True
    )
    assert shown == [None, [("lda",)]]
    (preliminary,) = repository.folders(home)
    assert is_preliminary(preliminary)
    assert publish_changes(home, CorpusOptions(), 3)
    (complete,) = repository.folders(home)
    assert complete != preliminary and not is_preliminary(complete)
    models = run_query(home, "select model from leaderboard order by all").rows
    assert models == [("lda",), ("vector_mlp",)]
    assert run_query(home, "select count(*) from quality.publications").rows == [(1,)]
