"""Errors of the operating system are one sentence with the path and the remedy."""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import typer

from affect_store.flows.cli.errors import errors, log_unexpected
from affect_store.flows.runtime import console
from affect_store.flows.runtime.system_errors import explain, require_writable
from affect_store.store.errors import QueryError, StoreError, UnexpectedError
from affect_store.store.home import Home


def error_of(number: int, path: str | None = None) -> OSError:
    return OSError(number, os.strerror(number), path) if path else OSError(number, os.strerror(number))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_names_the_path_what_is_kept_and_the_remedy(number: int, tmp_path: Path) -> None:
    for error in (error_of(number, f"{tmp_path}/x"), error_of(number)):
        sentence = explain(error, Home(tmp_path))
        assert sentence and str(tmp_path) in sentence and "free some space" in sentence and "is kept" in sentence


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EROFS, "read-only.*--home"),
        (errno.EACCES, "no permission.*--home"),
        (errno.ELOOP, "leads to itself: remove"),
        (errno.ENOTDIR, "is a file, expected a folder"),
        (errno.EEXIST, "is a file, expected a folder"),
        (errno.EISDIR, "is a folder, expected a file"),
        (errno.ENAMETOOLONG, "too long"),
        (errno.EMFILE, "ulimit -n"),
    ],
)
def test_other_errors_name_the_path_and_the_remedy(number: int, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(explain(error_of(number, "/data/x"), None))
    assert "/data/x" in str(explain(error_of(number, "/data/x"))) or number == errno.EMFILE


@pytest.mark.parametrize(
    "error",
    [
        duckdb.IOException('IO Error: Could not write file "/h/work.duckdb": No space left on device'),
        OSError("[Errno 28] Can't write data (file write failed: No space left on device)"),
    ],
)
def test_libraries_that_raise_errors_of_their_own_are_understood(error: Exception, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught, log_unexpected(tmp_path / "run.log", Home(tmp_path)):
        raise error
    assert "no space left on the disk of" in str(caught.value) and "is kept" in str(caught.value)
    assert ("/h/work.duckdb" if "/h/" in str(error) else str(tmp_path)) in str(caught.value)


@pytest.mark.parametrize("wrap", [lambda error: error, lambda error: _caused(QueryError("the query failed"), error)])
def test_commands_outside_of_runs_say_the_same(
    wrap: Callable[[Exception], Exception], capsys: pytest.CaptureFixture[str]
) -> None:
    full = duckdb.IOException('IO Error: Could not write file "/tmp/x.csv": No space left on device')
    with pytest.raises(typer.Exit) as caught, errors():
        raise wrap(full)
    assert caught.value.exit_code == 1
    assert capsys.readouterr().err.startswith("affect: no space left on the disk of '/tmp/x.csv': free some space")


def _caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def test_errors_of_other_kinds_stay_unexpected(tmp_path: Path) -> None:
    assert explain(ValueError("no space left on device")) is None
    assert explain(OSError(errno.EIO, "broken", "/x")) is None
    with pytest.raises(UnexpectedError), log_unexpected(tmp_path / "run.log", Home(tmp_path)):
        raise ValueError("x")


def test_a_home_on_a_file_or_on_a_full_disk_is_found_before_a_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for root in (tmp_path / "file", tmp_path / "file" / "home"):
        with pytest.raises(OSError) as caught:
            require_writable(Home(root))
        assert "expected a folder" in str(explain(caught.value))
    require_writable(Home(tmp_path / "new"))
    assert os.listdir(tmp_path / "new") == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written_to_the_log_hides_no_error(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.symlink_to("/dev/full")
    with pytest.raises(ZeroDivisionError), console.quiet(log, verbose=False):
        sys.stdout.write("noise")
        raise ZeroDivisionError
