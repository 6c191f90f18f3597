from pathlib import Path

import pytest
import typer

from flows.console import errors, surprises
from store.errors import AuditFailedError, UnexpectedError


def test_an_expected_error_is_one_line_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught, errors():
        raise AuditFailedError("3 rows of features.deltas\x1b[2J")
    shown = capsys.readouterr().err
    assert caught.value.exit_code == 1 and shown == "affect: 3 rows of features.deltas\\x1b[2J\n"


def test_an_unexpected_error_leaves_its_trace_in_the_log_and_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "run.log"
    with pytest.raises(UnexpectedError, match=f"ZeroDivisionError.*{log}"), surprises(log):
        1 / 0  # noqa: B018
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_is_no_accident(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught, errors():
        raise KeyboardInterrupt
    assert caught.value.exit_code == 130 and "goes on from here" in capsys.readouterr().err
