import os
import subprocess
from pathlib import Path

import pytest

from flows import terminal


def test_what_libraries_print_goes_to_the_log_and_our_words_to_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "logs" / "run.log"
    with terminal.quiet(log, verbose=False):
        os.write(2, b"native noise\n")
        subprocess.run(["sh", "-c", "echo child noise"], check=True)
        terminal.say("our words")
    shown = capfd.readouterr()
    assert "our words" in shown.out and "noise" not in shown.out + shown.err
    assert "native noise" in log.read_text() and "child noise" in log.read_text()


def test_verbose_leaves_everything_on_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with terminal.quiet(tmp_path / "run.log", verbose=True):
        os.write(2, b"native noise\n")
    assert "native noise" in capfd.readouterr().err


def test_a_step_tells_its_time_and_remark(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.step("count sheep", 2) as (step, advance):
        advance(2)
        step.remark = "2 sheep"
    assert "count sheep" in capsys.readouterr().out
    assert terminal.steps()[-1].remark == "2 sheep" and terminal.steps()[-1].seconds >= 0


def test_a_file_name_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say("a\x1b[2Jb\udcff.jpg")
    shown = capsys.readouterr().out
    assert "\x1b" not in shown and "a\\x1b[2Jb" in shown


def test_brackets_are_text(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say("[red]a.jpg[/red]")
    assert "[red]a.jpg[/red]" in capsys.readouterr().out
