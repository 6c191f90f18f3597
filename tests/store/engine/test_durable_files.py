"""A folder is replaced atomically: after a crash at any moment it is the old or the new one."""

from pathlib import Path

import pytest

from affect_store.store.engine import durable_files


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A new folder beside the old one, each with a file."""
    new, old = tmp_path / ".run", tmp_path / "run"
    for folder in (new, old):
        (folder / "inner").mkdir(parents=True)
        (folder / "inner" / "weights").write_text(folder.name)
    return new, old


def stop(*_: object, **__: object) -> None:
    """Crash."""
    raise KeyboardInterrupt


def content(folder: Path) -> str:
    return (folder / "inner" / "weights").read_text()


@pytest.mark.parametrize("can_exchange", [True, False])
def test_the_old_folder_makes_room_for_the_new_one(
    can_exchange: bool, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = folders
    if not can_exchange:
        monkeypatch.setattr(durable_files, "_exchange", lambda first, second: False)
    durable_files.replace_folder(new, old)
    assert content(old) == ".run" and list(old.parent.iterdir()) == [old]


def test_a_folder_that_does_not_exist_yet_is_put_in_place(folders: tuple[Path, Path]) -> None:
    new, old = folders
    durable_files.replace_folder(new, old.with_name("other"))
    assert content(old.with_name("other")) == ".run" and not new.exists()


@pytest.mark.parametrize(
    ("step", "expected"), [("flush_tree", "run"), ("_exchange", "run"), ("flush", ".run"), ("shutil.rmtree", ".run")]
)
def test_a_crash_leaves_the_old_or_the_new_folder(
    step: str, expected: str, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = folders
    if step == "flush":  # not the flushes of the new folder, which come first
        monkeypatch.setattr(durable_files, "flush_tree", lambda folder: None)
    monkeypatch.setattr(f"affect_store.store.engine.durable_files.{step}", stop)
    with pytest.raises(KeyboardInterrupt):
        durable_files.replace_folder(new, old)
    assert content(old) == expected
