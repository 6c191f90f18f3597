"""A copy of a file has its bytes, whichever way the file system allows."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from affect_store.store.engine import fast_copy
from affect_store.store.engine.fast_copy import copy_file

CONTENT = bytes(range(256)) * 20


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(CONTENT)
    path.chmod(0o444)
    return path


def test_a_copy_has_the_bytes_and_can_be_written(source: Path, tmp_path: Path) -> None:
    copy_file(source, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == CONTENT
    assert os.access(tmp_path / "copy", os.W_OK)
    with pytest.raises(FileExistsError):
        copy_file(source, tmp_path / "copy")


@pytest.mark.skipif(not hasattr(os, "copy_file_range"), reason="a function of Linux")
@pytest.mark.parametrize("bytes_before", [0, 1000])
def test_a_copy_inside_the_kernel_that_fails_is_made_by_reading(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bytes_before: int
) -> None:
    copy, calls = os.copy_file_range, []

    def failing(reading: int, writing: int, count: int) -> int:
        calls.append(count)
        if len(calls) > (bytes_before > 0):
            raise OSError(errno.EXDEV, "another file system")
        return copy(reading, writing, bytes_before)

    monkeypatch.setattr(fast_copy, "_shares_blocks", lambda *files: False)
    monkeypatch.setattr(os, "copy_file_range", failing)
    copy_file(source, tmp_path / "copy")
    assert calls and (tmp_path / "copy").read_bytes() == CONTENT
