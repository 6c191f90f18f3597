"""Naming the extensions of a home: what is named is loaded first, and a file of a corpus or publication never is."""

from __future__ import annotations

from pathlib import Path

import pytest

from affect_store import ExtensionError, Home
from affect_store.flows.steps.extensions import name_extensions, use_extensions
from affect_store.models.systems import SYSTEMS, use_own
from affect_store.store.extensions.configuration import Configuration, read_configuration
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
