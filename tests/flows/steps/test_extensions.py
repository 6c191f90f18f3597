"""Naming the extensions of a home: what is named is loaded first, and a file of a corpus or publication never is."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from affect_store import ExtensionError, Home
from affect_store.flows.cli.app import app
from affect_store.flows.steps.extensions import name_extensions, use_extensions, use_named_extensions
from affect_store.models.systems import SYSTEMS, use_own
from affect_store.store.engine.work_store import open_work
from affect_store.store.extensions.accepted import accept
from affect_store.store.extensions.configuration import Configuration, read_configuration, write_configuration
from tests.flows.steps.own import extension
from tests.flows.steps.own import home_with as store_with
from tests.store.extensions.test_load import FOREST, HEAD, home_with, view

VIEW = view("first")


@pytest.fixture(autouse=True)
def no_own_models():
    yield
    use_own([])


@pytest.mark.parametrize("place", ["publications/20261128", "people", "photographs"])
def test_a_file_of_a_publication_or_corpus_is_not_executed(tmp_path: Path, place: str) -> None:
    home = Home(tmp_path / "home")
    folder = tmp_path / place if place == "photographs" else home.root / place
    folder.mkdir(parents=True)
    (folder / "own.py").write_text(HEAD + VIEW)
    link = tmp_path / "link.py"
    link.symlink_to(folder / "own.py")
    for path in (folder / "own.py", link):
        with pytest.raises(ExtensionError, match="is not executed, since it is in"):
            name_extensions(home, [str(path)], tmp_path / "photographs")
    assert not home.extensions.exists()


def test_naming_an_unusable_extension_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = home_with(tmp_path, own=VIEW)
    before = home.extensions.read_bytes()
    (tmp_path / "broken.py").write_text("def f(:")
    (tmp_path / "lda.py").write_text(FOREST.format(inputs="['aligned']", name="lda"))
    monkeypatch.chdir(tmp_path)
    for name, message in (
        ("broken.py", "line 1"),
        ("gone.py", "is gone"),
        ("no_point", "entry point 'no_point'"),
        ("lda.py", "'lda' is a model of affect-store"),
    ):
        with pytest.raises(ExtensionError, match=message):
            name_extensions(home, [name])
    assert home.extensions.read_bytes() == before
    name_extensions(home, ["own.py"])
    assert read_configuration(home).files == (tmp_path / "own.py",)


def test_the_models_in_use_are_those_of_the_home(tmp_path: Path) -> None:
    home = home_with(tmp_path, own=FOREST.format(inputs="['aligned']", name="forest"))
    use_extensions(home)
    assert SYSTEMS["forest"].title == "Forest"
    use_extensions(Home(tmp_path / "other"))
    assert "forest" not in SYSTEMS and "lda" in SYSTEMS
    assert Configuration() == read_configuration(Home(tmp_path / "other"))


def test_models_that_this_user_did_not_name_are_not_loaded_to_list_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"open({str(tmp_path / 'trace')!r}, 'w')\n" + FOREST.format(inputs="['aligned']", name="forest")
    home = home_with(tmp_path, own=text)
    monkeypatch.setenv("AFFECT_CONFIG", str(tmp_path / "somebody_else"))
    result = CliRunner().invoke(app, ["models", "--home", str(home.root)])
    assert result.exit_code == 0 and "lda" in result.stdout and "you have not named" in result.stderr
    assert not (tmp_path / "trace").exists() and "forest" not in SYSTEMS
    monkeypatch.undo()
    assert use_named_extensions(home) is None and "forest" in SYSTEMS


@pytest.mark.parametrize("name", ["own.py", "deeper/own.py"])
def test_a_file_in_the_folder_of_any_corpus_of_the_home_is_not_executed(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = store_with(tmp_path / "home", extension(tmp_path, VIEW))
    with open_work(home) as connection:
        paths = "? || '/' || subject_id || '/' || image_id || '.jpg'"
        connection.execute(f"UPDATE catalogue.images SET path = {paths}", [str(tmp_path / "lab")])
    assert len(use_extensions(home).views) == 1
    file = tmp_path / "lab" / name
    file.parent.mkdir(parents=True)
    file.write_text(f"open({str(tmp_path / 'trace')!r}, 'w')\n" + HEAD + VIEW)
    with pytest.raises(ExtensionError, match="is not executed, since it is in"):
        name_extensions(home, [str(file)], tmp_path / "others")
    accept(home, Configuration((file,)))
    write_configuration(home, Configuration((file,)))
    with pytest.raises(ExtensionError, match="is not executed, since it is in"):
        use_extensions(home)
    assert not (tmp_path / "trace").exists()


def test_a_file_in_the_photographs_of_a_retraining_is_not_executed(tmp_path: Path) -> None:
    text = f"open({str(tmp_path / 'trace')!r}, 'w')\n" + VIEW
    home = home_with(tmp_path, own=text)
    result = CliRunner().invoke(app, ["retrain", "--images", str(tmp_path), "--home", str(home.root)])
    assert result.exit_code == 1 and "is not executed, since it is in" in result.stderr
    assert not (tmp_path / "trace").exists()
