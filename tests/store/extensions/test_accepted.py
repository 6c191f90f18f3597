"""Only extensions that this user has named are executed, whatever a home names."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from affect_store import ExtensionError, Home
from affect_store.store.extensions.accepted import accept, record_path, refusal
from affect_store.store.extensions.configuration import Configuration, read_configuration, write_configuration
from affect_store.store.extensions.load import load
from tests.store.extensions.test_load import HEAD, home_with, view


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFECT_CONFIG", str(tmp_path / "configuration"))


def strangers_home(folder: Path) -> Home:
    """A home whose extension leaves a trace if it is executed."""
    home = Home(folder / "strangers")
    home.root.mkdir()
    (home.root / "evil.py").write_text(f"open({str(folder / 'trace')!r}, 'w')\n{HEAD}{view('evil')}")
    home.extensions.write_text('files = ["evil.py"]\n')
    return home


def test_a_home_of_a_stranger_executes_nothing(tmp_path: Path) -> None:
    home = strangers_home(tmp_path)
    file = home.root / "evil.py"
    with pytest.raises(
        ExtensionError, match="which you have not named for this home, so nothing of it is executed"
    ) as e:
        load(home)
    assert f"`affect run --images FOLDER --home {home.root} --extensions {file}`; otherwise remove" in str(e.value)
    assert not (tmp_path / "trace").exists()
    accept(home, Configuration((file,)))
    assert [each.name for each in load(home).views] == ["evil"]


def test_a_file_that_was_named_may_be_edited_and_another_may_not_be_added(tmp_path: Path) -> None:
    home = home_with(tmp_path, own=view("first"))
    (tmp_path / "own.py").write_text(HEAD + view("second"), encoding="utf-8")
    assert [each.name for each in load(home).views] == ["second"]
    (tmp_path / "other.py").write_text(HEAD + view("third"), encoding="utf-8")
    write_configuration(home, Configuration((tmp_path / "own.py", tmp_path / "other.py")))
    with pytest.raises(ExtensionError, match=r"names .*other.py, which you have not named"):
        load(home)
    (tmp_path / "other.py").unlink()
    assert [each.name for each in load(home).views] == ["second"]


def test_what_was_named_for_one_home_is_not_named_for_another_or_for_a_link(tmp_path: Path) -> None:
    home = home_with(tmp_path, own=view("first"))
    other = Home(tmp_path / "other")
    shutil.copytree(home.root, other.root)
    assert refusal(other, read_configuration(other)) and not refusal(home, read_configuration(home))
    (tmp_path / "own.py").rename(tmp_path / "moved.py")
    (tmp_path / "own.py").symlink_to(tmp_path / "moved.py")
    with pytest.raises(ExtensionError, match="you have not named"):
        load(home)


def test_an_entry_point_has_to_be_named_too(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    write_configuration(home, Configuration((), ("mine",)))
    with pytest.raises(ExtensionError, match=r"names mine, which you have not named .* --extensions mine"):
        load(home)
    accept(home, Configuration((), ("mine",)))
    assert load(home).absent[0].startswith("no installed package")


def test_the_record_is_the_users_alone_and_keeps_other_homes(tmp_path: Path) -> None:
    homes = [Home(tmp_path / name) for name in "ab"]
    for home in homes:
        accept(home, Configuration((tmp_path / "own.py",)))
    path = record_path()
    assert path == tmp_path / "configuration" / "extensions.json" and path.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(path.read_text())["homes"]) == {str(home.root) for home in homes}
    assert [each.name for each in path.parent.iterdir()] == ["extensions.json"]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"homes": 3}', '{"homes": {"a": 3}}', '{"homes": {"a": {"files": 3}}}', "\0"]
)
def test_a_record_that_cannot_be_used_executes_nothing(tmp_path: Path, text: str) -> None:
    home = strangers_home(tmp_path)
    record_path().parent.mkdir()
    record_path().write_text(text)
    with pytest.raises(ExtensionError, match="record of"):
        load(home)
    assert not (tmp_path / "trace").exists()


def test_the_directory_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("AFFECT_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert record_path() == tmp_path / "affect-store" / "extensions.json"
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    assert record_path() == Path.home() / ".config" / "affect-store" / "extensions.json"
