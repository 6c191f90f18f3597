"""The command `affect` itself: help, version, errors."""

import io
import os
import subprocess
import sys
from importlib.metadata import version
from inspect import signature
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from affect_store.flows.cli.app import app
from affect_store.flows.cli.dashboards import serve
from affect_store.flows.cli.errors import errors, log_unexpected, warn
from affect_store.flows.runtime import console
from affect_store.flows.runtime.dashboard_server import PORT
from affect_store.store.errors import AuditFailedError, UnexpectedError

AFFECT = [sys.executable, "-c", "from affect_store.flows.cli.app import main; main()"]
HEAVY = ("numpy", "polars", "duckdb", "prefect", "keras", "mediapipe", "cv2", "plotly", "great_expectations")


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys\nfrom affect_store.flows.cli.app import main\n"
        f"try:\n    main()\nexcept SystemExit:\n    print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_answers_within_a_third_of_a_second_of_cpu_time() -> None:
    before = os.times()
    subprocess.run([*AFFECT, "--help"], capture_output=True, check=True)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    assert used < 2 * 0.3, f"{used:.2f} s, expected 0.3 s, or twice that on a busy machine"


def test_each_commands_summary_fits_a_terminal_of_80_columns() -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "80"}).output
    assert "..." not in shown.partition("Commands:")[2]
    assert max(map(len, shown.splitlines())) <= 80


def test_the_version_is_that_of_the_distribution() -> None:
    shown = CliRunner().invoke(app, ["--version"])
    assert shown.exit_code == 0 and shown.output == f"affect-store {version('affect-store')}\n"


def test_an_expected_error_is_one_line_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught, errors():
        raise AuditFailedError("3 rows of features.deltas\x1b[2J")
    assert caught.value.exit_code == 1
    assert capsys.readouterr().err == "affect: 3 rows of features.deltas\\x1b[2J\n"


def test_a_terminal_gets_errors_wrapped_between_words_and_commands_in_one_piece(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("COLUMNS", "30")
    warn("these ids may belong to one person:\n  '01' and '1', as in a.png\naffect run --home /data/home --same 1=01")
    assert sys.stderr.getvalue().splitlines() == [  # type: ignore[attr-defined]
        "affect: these ids may belong", "to one person:", "  '01' and '1', as in a.png",
        "affect run --home /data/home --same 1=01",
    ]  # fmt: skip


def test_every_command_reports_errors_in_one_line(tmp_path: Path) -> None:
    home = ["--home", str(tmp_path)]
    for arguments in (["sql", "from leaderboard"], ["views"], ["prune"], ["evaluate", "x"], ["open"], ["quarantine"]):
        done = CliRunner().invoke(app, [*arguments, *home])
        assert done.exit_code == 1 and done.stderr.startswith("affect: ") and done.stderr.count("\n") == 1, arguments


def test_the_default_home_is_below_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AFFECT_HOME", raising=False)
    done = CliRunner().invoke(app, ["views"])
    assert done.exit_code == 1 and str(tmp_path / ".affect") in done.stderr, done.stderr


@pytest.mark.parametrize("verbose", [False, True])
def test_an_unexpected_error_leaves_its_trace_in_the_log_even_if_that_was_replaced(
    verbose: bool, tmp_path: Path
) -> None:
    log = tmp_path / "logs" / "run.log"
    with pytest.raises(UnexpectedError, match=f"ZeroDivisionError.*{log}"):  # noqa: SIM117
        with console.quiet(log, verbose=verbose), log_unexpected(log):
            if not verbose:
                log.rename(log.with_suffix(".old"))
            1 / 0  # noqa: B018
    lines = log.read_text().splitlines()
    assert lines[1].endswith(" UTC") and lines[2].startswith("Traceback") and lines[-1].startswith("ZeroDivisionError")


@pytest.mark.parametrize("arguments", [("--model", "ldaa"), ("--models", "lda,mm12"), ("--seed", "2147483648")])
def test_training_checks_its_options_first(arguments: tuple[str, str], tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["train", *arguments, "--home", str(tmp_path)])
    assert done.exit_code != 0 and not list(tmp_path.iterdir())
    assert ("did you mean lda" in done.stderr) is (arguments[1] == "ldaa")
    assert ("did you mean mm2" in done.stderr) is (arguments[1] == "lda,mm12")


@pytest.mark.parametrize("command", ["run", "train"])
def test_one_or_two_folds_are_refused_at_once(command: str, tmp_path: Path) -> None:
    folder = ["--images", str(tmp_path)] if command == "run" else []
    done = CliRunner().invoke(app, [command, *folder, "--folds", "2", "--home", str(tmp_path / "home")])
    assert done.exit_code == 2 and "expected 0 or at least 3 folds, received 2" in done.stderr


def test_ctrl_c_is_reported_without_a_trace(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught, errors():
        raise KeyboardInterrupt
    assert caught.value.exit_code == 130 and "the next run continues from there" in capsys.readouterr().err


def test_the_port_in_the_help_is_the_servers_default() -> None:
    assert signature(serve).parameters["port"].default == PORT


@pytest.mark.parametrize("command", ["forget", "describe", "release", "evaluate", "predict", "sql"])
def test_arguments_that_are_not_utf8_are_named_in_one_sentence(command: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [*map(os.fsencode, (*AFFECT, command)), b"a\xff\xfe", b"--home", os.fsencode(tmp_path)], capture_output=True
    )
    assert done.returncode == 1 and done.stdout == b""
    assert done.stderr.startswith(b"affect: the argument 'a\\udcff\\udcfe' is not valid UTF-8; ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("command", ["run", "retrain", "schedule"])
@pytest.mark.parametrize(
    ("name", "problem"),
    [("a\x1bb", "U+001B"), ("a\nb", "a line break"), ("a\u202eb", "U+202E")],
)  # fmt: skip
def test_the_name_of_a_corpus_has_only_printable_characters(
    command: str, name: str, problem: str, tmp_path: Path
) -> None:
    done = CliRunner().invoke(app, [command, "--images", str(tmp_path), "--home", str(tmp_path), "--corpus", name])
    assert done.exit_code == 1 and done.stderr.startswith("affect: --corpus is ") and problem in done.stderr
    assert done.stderr.count("\n") == 1 and list(tmp_path.iterdir()) == []
