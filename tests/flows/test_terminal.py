import os
import subprocess
from pathlib import Path

import pytest

from flows import summary, terminal


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


def test_the_end_of_a_run_tells_what_the_audits_cost(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spent = {"find faces": 70.0, "audit rows": 5.0, "audit results": 5.0, "cnn corrected by_person": 20.0}
    monkeypatch.setattr(terminal, "steps", lambda: [terminal.Step(*one) for one in spent.items()])
    summary.show_times()
    told = capsys.readouterr().out
    assert "Time in steps: 100 s (find faces 70 s, train models 20 s" in told
    assert "\nAudits: 10 s, 10.0% of it\n" in told
