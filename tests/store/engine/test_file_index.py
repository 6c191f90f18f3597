"""The index of files that were read: what must be read again, and when."""

import time
from pathlib import Path

import pytest

from affect_store.store.engine.file_index import DAYS, FileIndex
from affect_store.store.sources.folder_state import FINE_NS

IDS = {name: f"{number:08x}" + 56 * "0" for number, name in enumerate(("a", "b", "c"))}
TODAY = 20_700  # a multiple of DAYS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in IDS:
        (tmp_path / name).write_text(name)
    return tmp_path


@pytest.fixture
def path(tmp_path: Path, folder: Path) -> Path:
    """The index of three files that were read on one day."""
    path = tmp_path / "caches" / "files.parquet"
    index = FileIndex(path, today=TODAY)
    for name, image_id in IDS.items():
        index.add(folder / name, (folder / name).stat(), image_id, time.time_ns() + FINE_NS)
    index.save(IDS.values())
    return path


def known(path: Path, folder: Path, today: int = TODAY) -> dict[str, str | None]:
    index = FileIndex(path, today=today)
    return {name: index.image_id(folder / name, (folder / name).stat()) for name in IDS}


def read_again(path: Path, folder: Path, today: int) -> list[str]:
    index = FileIndex(path, today=today)
    due = [name for name, image_id in known(path, folder, today).items() if image_id is None]
    assert due == [name for name in IDS if index.image_id_of_due(folder / name, (folder / name).stat())]
    return due


def test_files_that_were_read_are_known_until_they_change(path: Path, folder: Path) -> None:
    assert known(path, folder) == IDS
    (folder / "a").write_text("A")
    assert known(path, folder) == IDS | {"a": None}
    index = FileIndex(path, today=TODAY + 1)
    assert index.image_id_of_due(folder / "a", (folder / "a").stat()) is None


def test_a_file_with_the_state_of_another_is_not_that_file(path: Path, folder: Path) -> None:
    index = FileIndex(path, today=TODAY)
    assert index.image_id(folder / "a", (folder / "b").stat()) is None


def test_each_day_another_part_is_read_again_and_all_within_a_month(path: Path, folder: Path) -> None:
    due = {today: read_again(path, folder, today) for today in range(TODAY, TODAY + DAYS + 1)}
    assert due[TODAY] == [] and due[TODAY + 1] == ["b"] and due[TODAY + 2] == ["c"] and due[TODAY + 3] == []
    assert due[TODAY + DAYS] == ["a", "b", "c"], "nobody read anything for a month"
    assert read_again(path, folder, TODAY - 1) == ["a", "b", "c"], "the clock was wrong"


def test_a_file_that_was_changed_just_before_it_was_read_is_not_recorded(path: Path, folder: Path) -> None:
    new = folder / "new"
    new.write_text("new")
    index = FileIndex(path, today=TODAY)
    index.add(new, new.stat(), IDS["a"], time.time_ns())
    index.save(IDS.values())
    assert FileIndex(path, today=TODAY).image_id(new, new.stat()) is None


def test_only_photographs_of_the_catalogue_that_are_still_there_are_kept(path: Path, folder: Path) -> None:
    index = FileIndex(path, today=TODAY)
    for name in ("a", "b"):
        index.image_id(folder / name, (folder / name).stat())
    index.save({IDS["a"], IDS["c"]})
    assert known(path, folder) == {"a": IDS["a"], "b": None, "c": None}
    assert IDS["b"].encode() not in path.read_bytes()


@pytest.mark.parametrize("damage", [b"", b"PAR1 but no Parquet", b"\x00" * 100])
def test_a_damaged_index_is_an_empty_one(path: Path, folder: Path, damage: bytes) -> None:
    content = path.read_bytes()
    path.write_bytes(damage)
    assert known(path, folder) == dict.fromkeys(IDS)
    middle = len(content) // 2
    path.write_bytes(content[:middle] + damage + content[middle + len(damage) + 1 :])
    assert known(path, folder) == dict.fromkeys(IDS)


def test_an_index_that_cannot_be_written_costs_nothing_but_time(path: Path, folder: Path) -> None:
    path.parent.joinpath("files").write_text("a file where a folder is expected")
    FileIndex(path.parent / "files" / "x.parquet").save(())


def test_an_index_that_is_not_used_knows_nothing_and_is_renewed(path: Path, folder: Path) -> None:
    index, file = FileIndex(path, is_used=False, today=TODAY + 1), folder / "b"
    assert index.image_id(file, file.stat()) is None
    index.add(file, file.stat(), IDS["b"], time.time_ns() + FINE_NS)
    index.save(IDS.values())
    assert FileIndex(path, today=TODAY + 1).image_id(file, file.stat()) == IDS["b"]
