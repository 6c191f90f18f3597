"""Runs are named by the beginning of their id; a run without an answer says what to do instead."""

import re

import pytest

from affect_store.flows.steps.descriptions import describe
from affect_store.flows.steps.run_queries import compare_runs, full_run_id, metrics_of
from affect_store.store.engine.published_store import open_published
from affect_store.store.errors import StoreError
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
