"""Runs are named by the beginning of their id; a run without an answer says what to do instead."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from affect_store.flows.steps.descriptions import describe
from affect_store.flows.steps.run_queries import compare_runs, full_run_id, list_runs, metrics_of
from affect_store.store.engine.published_store import open_published
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from tests.stores.known import RUNS, small_home

RUN_IDS = sorted(run.run_id for run in RUNS)


def test_a_beginning_that_several_runs_share_is_to_be_continued() -> None:
    with open_published(small_home()) as connection:
        with pytest.raises(StoreError, match=r"runs begin with '', for example .*: give more characters"):
            full_run_id(connection, "")
        assert full_run_id(connection, RUN_IDS[0]) == RUN_IDS[0]


def test_a_run_without_metrics_leads_to_its_description() -> None:
    home, run_id = small_home(), RUN_IDS[0]
    assert metrics_of(home, run_id, "test").rows
    with pytest.raises(StoreError, match=f"run {run_id} has no metrics on the other part: .*") as raised:
        metrics_of(home, run_id[:-1], "other")
    (name,) = re.findall("`affect describe (.*)`", str(raised.value))
    assert describe(home, name).title == f"run {run_id}"


def test_a_run_is_not_compared_with_itself() -> None:
    with pytest.raises(StoreError, match="expected two different runs"):
        compare_runs(small_home(), RUN_IDS[0], RUN_IDS[0])


def test_runs_of_a_publication_without_final_models_are_listed(tmp_path: Path) -> None:
    """Publications of schema version 4 have neither the view nor the strategy."""
    home = Home(shutil.copytree(small_home().root, tmp_path / "home", symlinks=True))
    known = list_runs(home).rows
    with duckdb.connect(str(home.published_store.resolve())) as store:
        store.execute("DROP VIEW registry.finals")
        store.execute("UPDATE quality.settings SET setting = '4' WHERE key = 'schema_version'")
    assert list_runs(home).rows == known
    with pytest.raises(StoreError, match="was made before the view registry.finals existed"):
        describe(home, "registry.finals")
    assert describe(home, "leaderboard").title == "view leaderboard"
