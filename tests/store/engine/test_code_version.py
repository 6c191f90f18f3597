"""The code version differs between commits and is no part of what identifies a run."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from affect_store.flows.steps import run_records
from affect_store.flows.steps.run_execution import Outcome
from affect_store.flows.steps.run_specs import RunSpec
from affect_store.store.engine import clock, code_version
from affect_store.store.engine.reader import FrozenSplit

ROOT = Path(__file__).parents[3]


def test_every_change_of_a_source_file_changes_the_version(tmp_path: Path) -> None:
    for room in code_version.ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    seen = [code_version.hash_of(tmp_path)]
    assert re.fullmatch(r"[\d.]+\+" + seen[0], code_version.code_version())
    statement = tmp_path / "store" / "engine" / "sql" / "views" / "leaderboard.sql"
    for change in (
        lambda: statement.write_text("-- another\n"),
        lambda: statement.rename(statement.with_name("b.sql")),
    ):
        change()
        seen.append(code_version.hash_of(tmp_path))
    (tmp_path / "store" / "note.txt").write_text("not a source file")
    assert len(set(seen)) == 3 and code_version.hash_of(tmp_path) == seen[-1]


def test_the_code_version_is_no_part_of_the_run_id(monkeypatch: pytest.MonkeyPatch) -> None:
    split = FrozenSplit("by_person-1", "by_person", "f", {"aligned": "a1"}, clock.now())
    run_spec = RunSpec("vector_mlp", "corrected", split, 7)
    before = run_spec.run_id
    monkeypatch.setattr(run_records, "code_version", lambda: "0.1.0+ffffffffffff")
    row = run_records._run_row(run_spec, Outcome("failed", clock.now(), 1.0), None, None)
    assert row["code_version"] == ["0.1.0+ffffffffffff"]
    assert replace(run_spec).run_id == before
