import os
from pathlib import Path

from affect_store.store.sources.duplicate_files import duplicate_files


def test_files_with_the_same_bytes_repeat_the_first(tmp_path: Path) -> None:
    contents = {"a": b"x" * 70_000, "b": b"x" * 69_999 + b"y", "c": b"x" * 70_000, "d": b"x", "e": b"x" * 70_000}
    paths = [tmp_path / name for name in contents]
    for path in paths:
        path.write_bytes(contents[path.name])
    assert duplicate_files(paths) == {tmp_path / "c": tmp_path / "a", tmp_path / "e": tmp_path / "a"}


def test_files_that_cannot_be_read_repeat_none(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    paths = [tmp_path / name for name in ("pipe", "folder", "missing", "nul\0")] * 2
    assert duplicate_files(paths) == {}
