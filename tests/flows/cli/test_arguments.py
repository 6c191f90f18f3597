"""Unusable arguments, and terminals that cannot show every character: one sentence, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from affect_store.flows.cli.app import app
from affect_store.flows.runtime.parameters import home_at
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from affect_store.store.offline.feature_store import FeatureStore

AFFECT = [sys.executable, "-c", "from affect_store.flows.cli.app import main; main()"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--images", ""],
        ["run", "--images="],
        ["run", "--images", "  "],
        ["run", "--images", ".", "--corpus", ""],
        ["run", "--images", ".", "--home", ""],
        ["run", "--images", ".", "--models", ""],
        ["retrain", "--challengers", ""],
        ["schedule", "--cron", ""],
        ["people", ""],
        ["forget", "--yes", ""],
        ["describe", ""],
        ["export", "", "x.csv"],
        ["export", "leaderboard", ""],
        ["predict", ""],
        ["release", ""],
        ["rollback", "--to", ""],
        ["sql", ""],
        ["sql", "--file", ""],
    ],
)
def test_an_empty_argument_is_refused(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 1 and "empty, expected a value" in done.stderr and done.stderr.count("\n") == 1
    assert os.listdir(tmp_path) == []


def test_the_option_whose_value_is_empty_is_named() -> None:
    assert "the argument after --images is empty" in CliRunner().invoke(app, ["run", "--images", ""]).stderr
    assert "the argument after --home is empty" in CliRunner().invoke(app, ["views", "--home="]).stderr


def test_an_empty_home_in_the_environment_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFECT_HOME", "")
    done = CliRunner().invoke(app, ["views"])
    assert done.exit_code == 1 and "AFFECT_HOME is empty" in done.stderr
    assert "no published store" in CliRunner().invoke(app, ["views", "--home", str(tmp_path)]).stderr
    for home in (None, "", " "):
        with pytest.raises(StoreError, match="home is empty"):
            home_at(home)
    with pytest.raises(StoreError, match="home is empty"):
        FeatureStore.open("")


@pytest.mark.parametrize(
    "command", [["forget", "--yes"], ["describe"], ["sql"], ["run", "--images"], ["views", "--home"]]
)
def test_bytes_that_are_no_text_are_refused(command: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(app, [*command, os.fsdecode(b"\xff\xfe")], env={"AFFECT_HOME": str(tmp_path)})
    assert done.exit_code == 1 and "'\\udcff\\udcfe' is not valid UTF-8" in done.stderr
    assert done.stderr.count("\n") == 1 and os.listdir(tmp_path) == []


def test_a_terminal_without_the_characters_shows_escapes(tmp_path: Path) -> None:
    home = Home(tmp_path / "Zoé")
    home.publications.mkdir(parents=True)
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "AFFECT_HOME": str(home.root)}
    done = subprocess.run([*AFFECT, "publications"], capture_output=True, env=environment)
    assert done.returncode == 0 and b"Zo\\xe9" in done.stdout and done.stderr == b""


@pytest.mark.parametrize("command", ["publications", "views", "open", "serve", "sql x"])
def test_a_publication_that_links_to_itself_is_named(command: str, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.root.joinpath("published").symlink_to("published")
    done = CliRunner().invoke(app, command.split(), env={"AFFECT_HOME": str(tmp_path)})
    assert done.exit_code == (command != "publications") and "published' leads to no publication" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--on", "demo"), "--test: --on and --test go together"),
        (("--test", "demo"), "--on: --on and --test go together"),
        (("--on", "demo", "--test", "lab", "--folds", "5"), "--folds: --on and --test make a split"),
        (("--on", "demo", "--test", "lab", "--final"), "--final: --on and --test make a split"),
    ],
)
def test_training_across_corpora_names_both_sides_and_has_a_split_of_its_own(
    options: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    result = CliRunner().invoke(app, ["train", *options], env={"AFFECT_HOME": str(tmp_path / "home")})
    assert result.exit_code == 2
    assert message in " ".join(result.output.replace("\u2502", " ").split())


@pytest.mark.parametrize("option", [("--epochs", "3"), ("--folds", "5"), ("--split", "by_person"), ("--seed", "1")])
def test_a_final_model_takes_no_options_that_its_run_by_person_decides(option: tuple[str, str], tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["train", "--final", *option], env={"AFFECT_HOME": str(tmp_path / "home")})
    text = " ".join(result.output.replace("\u2502", " ").split())
    assert result.exit_code == 2 and option[0] in text and "from the run by person of the model" in text
    assert not (tmp_path / "home").exists()
