"""The systems of the page: those asked for, each once; by default also one that needs no neutral photograph."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from affect_store.flows.webapp import systems
from affect_store.store.errors import NotPublishedError, StoreError, UnknownNameError
from affect_store.store.home import Home
from tests.flows.predicting import ALONE, COMPARING, predicting_home
from tests.stores.known import RUNS, small_home


def test_a_home_without_a_store_or_usable_models_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotPublishedError, match="no published store"):
        systems.choose(Home(tmp_path))
    with pytest.raises(StoreError, match=r"model"):
        systems.choose(small_home())  # its weights are fabricated
    with pytest.raises(StoreError, match=RUNS[0].run_id):
        systems.choose(small_home(), [RUNS[0].run_id])


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="did you mean point_mlp"):
        systems.choose(small_home(), ["point_mpl"])


@pytest.mark.long
def test_by_default_the_best_and_one_without_a_neutral_photograph_are_shown() -> None:
    home, _ = predicting_home()
    chosen, problems = systems.choose(home)
    assert {system.model.name for system in chosen} == {f"{COMPARING}.corrected", f"{ALONE}.corrected"} and not problems
    assert "no champion has been promoted" in chosen[0].choice
    assert [system.model.needs_neutral for system in chosen].count(False) == 1
    assert all(system.accuracy is not None and "not trained on" in system.tested_on for system in chosen)
    assert [system.title for system in chosen if not system.model.needs_neutral] == ["Point MLP"]


@pytest.mark.long
def test_systems_that_are_asked_for_are_shown_once_in_their_order() -> None:
    home, _ = predicting_home()
    both, _ = systems.choose(home)
    run_ids = {system.model.name: system.model.run["run_id"] for system in both}
    names = [ALONE, COMPARING, run_ids[f"{ALONE}.corrected"], f"{COMPARING}.corrected"]
    chosen, problems = systems.choose(home, names)
    assert [system.model.name for system in chosen] == [f"{ALONE}.corrected", f"{COMPARING}.corrected"] and not problems
    assert [system.model.name for system in systems.choose(home, [COMPARING])[0]] == [f"{COMPARING}.corrected"]


@pytest.mark.long
def test_a_system_without_its_files_is_left_out_by_default_and_an_error_by_name(tmp_path: Path) -> None:
    complete, _ = predicting_home()
    home = Home(tmp_path / "home")
    shutil.copytree(complete.root, home.root, symlinks=True)
    (lost,) = [system for system in systems.choose(home)[0] if system.model.needs_neutral]
    shutil.rmtree(home.artifacts / lost.model.run["run_id"])
    chosen, problems = systems.choose(home)
    assert [system.model.name for system in chosen] == [f"{ALONE}.corrected"]
    assert problems and all(lost.model.run["run_id"] in problem for problem in problems)
    with pytest.raises(StoreError, match=lost.model.run["run_id"]):
        systems.choose(home, [COMPARING])
