"""Terminal output: libraries write to the log, messages are escaped and fit the terminal's width."""

import io
import os
import subprocess
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from affect_store.flows.cli import run_summary
from affect_store.flows.runtime import console


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """A terminal of 60 columns."""
    output = io.StringIO()
    monkeypatch.setattr(console, "_console", Console(file=output, force_terminal=True, width=60, color_system=None))
    return output


def test_libraries_print_to_the_log_and_messages_to_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "logs" / "run.log"
    with console.quiet(log, verbose=False):
        os.write(2, b"native noise\n")
        subprocess.run(["sh", "-c", "echo child noise"], check=True)
        console.say("our words")
    shown = capfd.readouterr()
    assert "our words" in shown.out and "noise" not in shown.out + shown.err
    assert "native noise" in log.read_text() and "child noise" in log.read_text()


def test_messages_go_to_standard_error_where_standard_output_is_the_result(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with console.quiet(tmp_path / "run.log", verbose=False, on_stderr=True):
        os.write(1, b"native noise\n")
        with console.step("count sheep"):
            console.say("our words")
    shown = capfd.readouterr()
    assert shown.out == "" and "our words" in shown.err and "count sheep" in shown.err and "noise" not in shown.err


def test_a_long_log_is_kept_beside_a_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "MAX_LOG_BYTES", 20)
    log = tmp_path / "run.log"
    for text in (b"the first run failed here\n", b"the second run failed here\n", b"short\n", b"shorter\n"):
        with console.quiet(log, verbose=False):
            os.write(2, text)
    assert log.read_text() == "short\nshorter\n"
    assert (tmp_path / "run.1.log").read_text() == "the second run failed here\n"
    assert len(list(tmp_path.iterdir())) == 2


def test_verbose_leaves_everything_on_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with console.quiet(tmp_path / "run.log", verbose=True):
        os.write(2, b"native noise\n")
    assert "native noise" in capfd.readouterr().err


def test_a_step_prints_its_time_and_remark(capsys: pytest.CaptureFixture[str]) -> None:
    with console.step("count sheep", 2) as (step, advance):
        advance(2)
        step.remark = "2 sheep"
    assert "count sheep" in capsys.readouterr().out
    assert console.steps()[-1].remark == "2 sheep" and console.steps()[-1].seconds >= 0


def test_control_characters_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    console.say("a\x1b[2Jb\udcff.jpg")
    shown = capsys.readouterr().out
    assert "\x1b" not in shown and "a\\x1b[2Jb" in shown


def test_brackets_are_text(capsys: pytest.CaptureFixture[str]) -> None:
    console.say("[red]a.jpg[/red]")
    assert "[red]a.jpg[/red]" in capsys.readouterr().out


def test_a_terminal_gets_messages_wrapped_between_words(terminal: io.StringIO) -> None:
    path = "/home/somebody/" + "x" * 70 + "/audit.html"
    console.say("      quarantined: " + "features.landmarks check 'finite' found 2 rows " * 3 + f"See {path}")
    lines = terminal.getvalue().splitlines()
    assert len(lines) > 3 and all(len(line) <= 60 for line in lines if path not in line)
    assert any(line.strip() == path for line in lines), "a path is never broken"
    assert all(line.startswith("        ") for line in lines[1:])


def test_a_file_or_pipe_gets_a_message_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    console.say("word " * 100)
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_the_progress_bar_fits_the_terminal(terminal: io.StringIO) -> None:
    with console.step("extract landmarks and thumbnails of many photographs", 4824) as (_, advance):
        advance(1)
    plain = [line.split("\x1b[2K")[-1].rstrip() for line in terminal.getvalue().replace("\r", "\n").splitlines()]
    assert all(len(line) <= 60 for line in plain if "\x1b" not in line)


@pytest.mark.parametrize("length", [1, 30])
def test_a_table_is_wrapped_between_words_to_fit_the_terminal(terminal: io.StringIO, length: int) -> None:
    table = Table("run", "reason")
    table.add_row("a" * length, "word " * 40)
    console.show_table(table)
    lines = terminal.getvalue().splitlines()
    assert max(map(len, lines)) <= 60 and terminal.getvalue().count("word") == 40
    assert "a" * length in terminal.getvalue()


def test_a_table_whose_words_do_not_fit_is_as_wide_as_its_words(terminal: io.StringIO) -> None:
    table = Table("run", "reason")
    table.add_row("a" * 80, "word")
    console.show_table(table)
    assert "a" * 80 in terminal.getvalue()


def test_the_summary_of_a_run_shows_the_time_of_the_audits(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = {"find faces": 70.0, "audit rows": 5.0, "audit results": 5.0, "cnn corrected by_person": 20.0}
    monkeypatch.setattr(console, "steps", lambda: [console.Step(*item) for item in seconds.items()])
    run_summary.show_times()
    shown = capsys.readouterr().out
    assert "Time in steps: 100 s (find faces 70 s, train models 20 s" in shown
    assert "\nAudits: 10 s, 10.0% of the total\n" in shown
