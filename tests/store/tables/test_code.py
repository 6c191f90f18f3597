"""The code is told apart, commit from commit, and is no part of what identifies a run."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from flows import train
from flows.fitting import Outcome
from flows.plans import Plan
from store.tables import code, write
from store.tables.read import FrozenSplit

ROOT = Path(__file__).parents[3]


def test_every_change_of_a_source_is_another_version(tmp_path: Path) -> None:
    for room in code.ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    seen = [code.hash_of(tmp_path)]
    assert re.fullmatch(r"[\d.]+\+" + seen[0], write.code_version())
    statement = tmp_path / "store" / "tables" / "sql" / "view_leaderboard.sql"
    for change in (
        lambda: statement.write_text("-- another\n"),
        lambda: statement.rename(statement.with_name("b.sql")),
    ):
        change()
        seen.append(code.hash_of(tmp_path))
    (tmp_path / "store" / "note.txt").write_text("no source")
    assert len(set(seen)) == 3 and code.hash_of(tmp_path) == seen[-1]


def test_a_run_is_the_same_whatever_code_it_was_trained_with(monkeypatch: pytest.MonkeyPatch) -> None:
    split = FrozenSplit("by_person-1", "by_person", "f", {"aligned": "a1"}, write.now())
    plan = Plan("vector_mlp", "corrected", split, 7)
    before = plan.run_id
    monkeypatch.setattr(write, "code_version", lambda: "0.1.0+ffffffffffff")
    told = train._run_row(plan, Outcome("failed", write.now(), 1.0), None, None)
    assert told["code_version"] == ["0.1.0+ffffffffffff"]
    assert replace(plan).run_id == before
