"""The index of files that were read: what must be read again, and when."""

import os
import time
from pathlib import Path

import pytest

from affect_store.store.engine.file_index import DAYS, FileIndex
from affect_store.store.sources.folder_state import FINE_NS

IDS = {name: f"{number:08x}" + 56 * "0" for number, name in enumerate(("a", "b", "c"))}
TODAY = 20_700  # a multiple of DAYS


@pytest.fixture
def files(tmp_path: Path) -> dict[str, os.stat_result]:
    for name in IDS:
        (tmp_path / name).write_text(name)
    return {name: (tmp_path / name).stat() for name in IDS}


@pytest.fixture
def path(tmp_path: Path, files: dict[str, os.stat_result]) -> Path:
    """The index of three files that were read on one day."""
    path = tmp_path / "caches" / "files.parquet"
    index = FileIndex(path, today=TODAY)
    for name, status in files.items():
        index.add(status, IDS[name], time.time_ns() + FINE_NS)
    index.save()
    return path


def read_again(path: Path, files: dict[str, os.stat_result], today: int) -> list[str]:
    index = FileIndex(path, today=today)
    due = [name for name, status in files.items() if index.image_id(status) is None]
    assert due == [name for name, status in files.items() if index.image_id_of_due(status)]
    return due


def test_files_that_were_read_are_known_until_they_change(path: Path, files: dict[str, os.stat_result]) -> None:
    index = FileIndex(path, today=TODAY)
    assert {name: index.image_id(status) for name, status in files.items()} == IDS
    (path.parents[1] / "a").write_text("A")
    changed = (path.parents[1] / "a").stat()
    assert index.image_id(changed) is None and index.image_id_of_due(changed) is None


def test_each_day_another_part_is_read_again_and_all_within_a_month(
    path: Path, files: dict[str, os.stat_result]
) -> None:
    due = {today: read_again(path, files, today) for today in range(TODAY, TODAY + DAYS + 1)}
    assert due[TODAY] == [] and due[TODAY + 1] == ["b"] and due[TODAY + 2] == ["c"] and due[TODAY + 3] == []
    assert due[TODAY + DAYS] == ["a", "b", "c"], "nobody read anything for a month"
    assert read_again(path, files, TODAY - 1) == ["a", "b", "c"], "the clock was wrong"


def test_a_file_that_was_changed_just_before_it_was_read_is_not_recorded(path: Path) -> None:
    new = path.parents[1] / "new"
    new.write_text("new")
    index = FileIndex(path, today=TODAY)
    index.add(new.stat(), IDS["a"], time.time_ns())
    index.save()
    assert FileIndex(path, today=TODAY).image_id(new.stat()) is None


def test_only_files_that_are_still_there_are_kept(path: Path, files: dict[str, os.stat_result]) -> None:
    index = FileIndex(path, today=TODAY)
    index.image_id(files["a"])
    index.save()
    assert read_again(path, {"a": files["a"]}, TODAY) == []
    assert FileIndex(path, today=TODAY).image_id(files["b"]) is None


@pytest.mark.parametrize("content", [b"", b"PAR1 but no Parquet", b"\x00" * 100])
def test_a_damaged_index_is_an_empty_one(path: Path, files: dict[str, os.stat_result], content: bytes) -> None:
    path.write_bytes(content)
    assert FileIndex(path, today=TODAY).image_id(files["a"]) is None


def test_an_index_that_is_not_used_knows_nothing_and_is_renewed(path: Path, files: dict[str, os.stat_result]) -> None:
    index = FileIndex(path, is_used=False, today=TODAY + 1)
    assert index.image_id(files["b"]) is None
    index.add(files["b"], IDS["b"], time.time_ns() + FINE_NS)
    index.save()
    assert FileIndex(path, today=TODAY + 1).image_id(files["b"]) == IDS["b"]
