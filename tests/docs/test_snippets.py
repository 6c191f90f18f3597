"""Every command and snippet of the README and the site: SQL, Python and read-only commands are run; the others are
parsed, and the test that runs them is named.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from affect_store.flows.cli.app import app
from affect_store.store.engine.published_store import open_published
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish
from affect_store.store.sources.declared_emotions import declared_emotions
from affect_store.store.sources.pattern_file import FILE_NAME, read_pattern
from tests.docs.documents import ROOT, Block, blocks
from tests.finished import affect
from tests.flows.predicting import CORPUS, photographs_of, predicting_home
from tests.stores.known import home_with_pages, small_home

READ_ONLY = {"sql", "describe", "views", "services", "export", "publications", "quarantine", "models", "runs"}
"""Commands that are run here, on a small store."""

RUN_BY = {
    "publish": "tests/flows/test_lake.py",
    "run": "tests/flows/test_pipeline.py",
    "demo": "tests/docs/test_demo.py",
    "train": "tests/flows/test_experiment.py",
    "repeatability": "tests/flows/test_repeatability.py",
    "replicate": "tests/flows/test_replicate.py",
    "retrain": "tests/flows/test_deployed.py",
    "schedule": "tests/flows/test_deployed_servers.py",
    "deploy": "tests/flows/test_deployed.py",
    "forget": "tests/flows/steps/test_erasure.py",
    "rollback": "tests/flows/steps/test_retention.py",
    "prune": "tests/flows/steps/test_retention.py",
    "open": "tests/flows/runtime/test_dashboard_server.py",
    "serve": "tests/flows/runtime/test_dashboard_server.py",
    "remove": "tests/flows/steps/test_folder_changes.py",
    "primary": "tests/flows/steps/test_primary.py",
    "check": "tests/flows/cli/test_check.py",
    "manifest": "tests/flows/cli/test_manifest.py",
    "predict": "tests/flows/cli/test_predict.py",
    "app": "tests/flows/cli/test_webapp.py",
}
"""Other commands of affect, and the test that runs each."""

OTHER_PROGRAMS = {
    "prefect": "tests/flows/deployed.py",
    "nohup": "tests/flows/deployed.py",
    "export": "tests/flows/deployed.py",
    "pip": "tests/test_wheel.py",
}


def commands() -> list[tuple[str, list[str]]]:
    """Place and words of each command in the `sh` blocks, without comments."""
    lines = [(str(block), line) for block in blocks("sh") for line in block.text.splitlines() if line.strip()]
    return [(place, shlex.split(line, comments=True)) for place, line in lines]


def affect_commands() -> list[tuple[str, list[str]]]:
    return [(place, words[1:]) for place, words in commands() if words[0] == "affect"]


def _predicts(block: Block) -> bool:
    return "Predictor.load" in block.text or ".predict(" in block.text


def _place(value: object) -> str:
    """The id of a test: the place of a command, without its words."""
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize("block", blocks("sql"), ids=str)
def test_sql_runs_and_returns_columns(block: Block) -> None:
    with open_published(small_home()) as store:
        assert store.execute(block.text).description


@pytest.mark.parametrize("block", [block for block in blocks("python") if not _predicts(block)], ids=str)
def test_python_runs(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _add_exports(tmp_path, block, monkeypatch)
    _run(tmp_path, [sys.executable, "-c", block.text])


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
@pytest.mark.parametrize("block", blocks("r"), ids=str)
def test_r_runs(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in re.findall(r"library\((\w+)\)", block.text):
        if subprocess.run(["Rscript", "-e", f"library({package})"], capture_output=True).returncode:
            pytest.skip(f"the R package {package} is not installed")
    _add_exports(tmp_path, block, monkeypatch)
    _run(tmp_path, ["Rscript", "-e", block.text])


@pytest.mark.long
@pytest.mark.parametrize("block", [block for block in blocks("python") if _predicts(block)], ids=str)
def test_python_that_predicts_runs(block: Block, tmp_path: Path) -> None:
    _add_photographs(tmp_path)
    _run(tmp_path, [sys.executable, "-c", block.text])


@pytest.mark.long
@pytest.mark.parametrize("words", [words for _, words in affect_commands() if words[0] == "predict"], ids=shlex.join)
def test_predictions_run(words: list[str], tmp_path: Path) -> None:
    _add_photographs(tmp_path)
    words = words[: words.index(">")] if ">" in words else words
    done = affect(*words, home=tmp_path / ".affect", folder=tmp_path)
    assert done.returncode == 0 and done.stdout, done.stderr


def _add_exports(folder: Path, block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a home with pages, and the files that the commands of the block's page export."""
    (folder / ".affect").symlink_to(home_with_pages().root)
    monkeypatch.chdir(folder)
    for place, words in affect_commands():
        if place.startswith(f"{block.page}:") and words[0] == "export":
            assert CliRunner().invoke(app, words).exit_code == 0, place


def _add_photographs(folder: Path) -> None:
    """Add what the guide predicts: photographs of a person with a neutral one, and a home with models."""
    home, photographs = predicting_home()
    copied = Home(Path(shutil.copytree(home.root, folder / ".affect", symlinks=True)))  # predictions are stored in it
    publish.publish(copied, "1", lambda target: publish.write_store(copied.work, target / STORE_FILE, with_faces=True))
    shutil.copytree(photographs, folder / "photographs")
    of_person = photographs_of(photographs, f"{CORPUS}-02")
    shutil.copy(of_person[0], folder / "photograph.jpg")
    shutil.copy(next(path for path in of_person if "neutral" in path.name), folder / "neutral.jpg")


def _run(folder: Path, command: list[str]) -> None:
    """Run code in a folder."""
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("place", "words"), affect_commands(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_commands_exist_with_these_options(place: str, words: list[str]) -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    command = group.commands[words[0]]
    with command.make_context(words[0], list(words[1:])):
        pass
    runner = RUN_BY.get(words[0])
    assert words[0] in READ_ONLY or (runner and words[0] in (ROOT / runner).read_text(encoding="utf-8")), words[0]


@pytest.mark.parametrize(
    ("place", "words"),
    [(place, words) for place, words in affect_commands() if words[0] in READ_ONLY and "--store" not in words],
    ids=_place,
)
def test_read_only_commands_run(place: str, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, words, env={"AFFECT_HOME": str(small_home().root)})
    assert result.exit_code == 0, result.output


PATTERNS = [block for block in blocks("toml") if "pattern" in block.text]
DECLARATIONS = [block for block in blocks("toml") if block not in PATTERNS]


@pytest.mark.parametrize("block", DECLARATIONS, ids=str)
def test_classes_can_be_declared(block: Block, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(block.text, encoding="utf-8")
    assert declared_emotions(tmp_path) == ("bored", "pained")


@pytest.mark.parametrize("block", PATTERNS, ids=str)
def test_patterns_can_be_used(block: Block, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(block.text, encoding="utf-8")
    (values,) = read_pattern(tmp_path).values_in(["vp01_freude_90_1.jpg"])
    assert values == {"subject": "01", "emotion": "happy", "angle": "90"}


def test_other_programs_are_known() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    for place, words in commands():
        if words[0] == "make":
            assert words[1] in targets, place
        elif words[0] != "affect":
            assert os.path.exists(ROOT / OTHER_PROGRAMS[words[0]]), place


def test_every_block_has_a_language() -> None:
    known = {"sh", "sql", "python", "r", "csv", "toml"}
    for page in {block.page for language in known for block in blocks(language)}:
        fences = re.findall(r"^```(\w*)", (ROOT / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert set(fences[::2]) <= known, page
