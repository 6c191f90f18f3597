"""The state of a folder: every change of a file changes it, unless the file is not settled."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from affect_store.store.sources.folder_state import COARSE_NS, FINE_NS, folder_state, settled_state, settles_at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "lab"
    (folder / "below").mkdir(parents=True)
    (folder / "a.jpg").write_bytes(b"first")
    (folder / "below" / "b.jpg").write_bytes(b"other")
    return folder


def set_back(folder: Path) -> None:
    path = folder / "a.jpg"
    status = path.stat()
    path.write_bytes(b"FIRST")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def replace(folder: Path) -> None:
    copy = folder.with_name("copy.jpg")
    copy.write_bytes(b"FIRST")
    status = (folder / "a.jpg").stat()
    os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))
    os.replace(copy, folder / "a.jpg")


CHANGES: dict[str, Callable[[Path], object]] = {
    "written": lambda folder: (folder / "a.jpg").write_bytes(b"FIRST"),
    "written, with its old time": set_back,
    "replaced by a file of the same size and time": replace,
    "renamed": lambda folder: (folder / "a.jpg").rename(folder / "c.jpg"),
    "added": lambda folder: (folder / "below" / "c.jpg").touch(),
    "removed": lambda folder: (folder / "below" / "b.jpg").unlink(),
    "exchanged": lambda folder: [
        (folder / "a.jpg").rename(folder / "x"),
        (folder / "below" / "b.jpg").rename(folder / "a.jpg"),
        (folder / "x").rename(folder / "below" / "b.jpg"),
    ],
    "no longer readable": lambda folder: (folder / "a.jpg").chmod(0),
    "linked": lambda folder: (folder / "link.jpg").symlink_to(folder / "a.jpg"),
    "linked to nothing": lambda folder: (folder / "link.jpg").symlink_to("gone"),
    "linked to itself": lambda folder: (folder / "link.jpg").symlink_to("link.jpg"),
    "undecodable": lambda folder: (folder / os.fsdecode(b"\xff.jpg")).touch(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_changes_the_state(folder: Path, change: str) -> None:
    before = settled_state(folder)
    assert before is not None and before.files == 2 and settled_state(folder) == before
    CHANGES[change](folder)
    assert folder_state(folder).digest != before.digest


def test_a_link_changes_with_the_file_that_it_leads_to(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.jpg").write_bytes(b"first")
    (folder / "link.jpg").symlink_to(tmp_path / "outside.jpg")
    before = settled_state(folder)
    assert before is not None
    (tmp_path / "outside.jpg").write_bytes(b"FIRST")
    assert folder_state(folder).digest != before.digest


def test_what_is_left_out_and_what_is_behind_a_link_to_a_folder_do_not_count(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (folder / "linked").symlink_to(tmp_path / "other")
    before = folder_state(folder, [folder / "below"])
    (folder / "below" / "b.jpg").unlink()
    (tmp_path / "other" / "c.jpg").touch()
    assert folder_state(folder, [folder / "below"]) == before


def test_a_folder_that_is_gone_has_a_state_of_its_own(folder: Path, tmp_path: Path) -> None:
    assert folder_state(tmp_path / "gone").digest != folder_state(folder).digest


def test_a_state_is_taken_once_all_files_are_settled(folder: Path) -> None:
    (folder / "a.jpg").write_bytes(b"again")
    written_ns = (folder / "a.jpg").stat().st_mtime_ns
    assert settled_state(folder) is not None
    assert time.time_ns() >= written_ns + FINE_NS


def test_times_in_whole_seconds_settle_later(folder: Path) -> None:
    path = folder / "a.jpg"
    second = time.time_ns() // 1_000_000_000 * 1_000_000_000
    os.utime(path, ns=(second, second))
    assert settles_at(path.stat()) == path.stat().st_ctime_ns + COARSE_NS


def test_a_file_of_the_future_says_nothing(folder: Path) -> None:
    later = time.time_ns() + 3_600 * 1_000_000_000
    os.utime(folder / "a.jpg", ns=(later, later))
    assert settled_state(folder) is None
