"""The record of audited rows: what a passed audit leaves, when it is ignored, and what erasures remove from it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from affect_store.flows.steps import audited_rows, audits
from affect_store.flows.steps.audits import audit_home, audit_stage, full_audit_due
from affect_store.store.engine import clock
from affect_store.store.errors import AuditFailedError
from affect_store.store.home import Home
from affect_store.validation.coverage import UNCHANGED_CHECK
from tests.stores import clean
from tests.stores.subjects import affect
from tests.validation.planting import LANDMARKS, OF_ID, each, photographs_of, sealed


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose rows and splits passed an audit."""
    home = clean.copy(tmp_path_factory.mktemp("audited"))
    audit_home(home, is_full=False)
    return home


@pytest.fixture
def home(audited: Home, tmp_path: Path) -> Home:
    return clean.build.copy(audited, tmp_path)


def test_the_next_audit_says_how_many_rows_it_looked_at(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = audit_stage(home, "rows")
    assert "; 0 rows looked at, " in capsys.readouterr().out
    page = Path(outcome.page).read_text(encoding="utf-8")
    assert "looked at 0 rows; 71 more are as they passed an earlier audit" in page
    assert "Checks of single rows looked at 0 rows" in page


@pytest.mark.long
def test_a_full_audit_looks_at_all_rows(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = audit_stage(home, "rows", is_full=True)
    assert "rows looked at" not in capsys.readouterr().out
    assert "Every check looked at all rows." in Path(outcome.page).read_text(encoding="utf-8")


@pytest.mark.long
def test_a_changed_value_is_quarantined_once(home: Home) -> None:
    with duckdb.connect(home.work) as connection:
        photograph = photographs_of(connection)[0]
        change = f"UPDATE {LANDMARKS} SET xyz = {each('x + 0.00001')} WHERE {OF_ID}"
        sealed(LANDMARKS, "xyz", change)(connection, photograph)
    outcome = audit_stage(home, "rows", 0.5)
    assert outcome.quarantined and UNCHANGED_CHECK in outcome.reason
    assert UNCHANGED_CHECK not in audit_stage(home, "rows", 0.5).reason


@pytest.mark.long
def test_the_command_looks_at_what_is_new_or_with_full_at_all_rows(home: Home) -> None:
    for options, sentence in (
        ([], "Checks of single rows looked at 0 rows"),
        (["--full"], "Every check looked at all rows."),
    ):
        code, output = affect(home, "audit", *options)
        assert code == 0, output
        page = Path(output.removeprefix("The audit passed: ").strip())
        assert sentence in page.read_text(encoding="utf-8")
    with duckdb.connect(home.work) as connection:
        connection.execute("UPDATE catalogue.emotions SET label = (label + 1) % 8")
    code, output = affect(home, "audit")
    assert code == 1 and "The audit passed" not in output, output


@pytest.mark.parametrize("damage", ["", "not Parquet"])
def test_a_record_that_cannot_be_read_is_none(damage: str, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.audited_rows.parent.mkdir(parents=True)
    home.audited_rows.write_text(damage)
    assert len(audited_rows.load(home)) == 0
    audited_rows.forget(home, ["a"])
    assert not home.audited_rows.exists()


@pytest.mark.long
def test_an_audit_that_fails_or_is_interrupted_records_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = home.audited_rows.read_bytes()
    with duckdb.connect(home.work) as connection:
        connection.execute("DELETE FROM features.services")
    with pytest.raises(AuditFailedError):
        audit_stage(home, "rows")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(audits, "_record", interrupted)
    with pytest.raises(KeyboardInterrupt):
        audit_stage(home, "splits")
    assert home.audited_rows.read_bytes() == before


@pytest.mark.long
def test_a_full_audit_is_due_after_a_week(home: Home) -> None:
    audit_home(home, is_full=True)
    assert timedelta(days=6, hours=23) < full_audit_due(home) - clock.now() < timedelta(days=7)


def test_a_home_without_an_audit_is_due(tmp_path: Path) -> None:
    assert full_audit_due(clean.copy(tmp_path)) <= clock.now()


def test_a_record_with_one_wrong_bit_is_none(home: Home) -> None:
    data = home.audited_rows.read_bytes()
    for place in range(0, len(data), len(data) // 50):
        home.audited_rows.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
        assert len(audited_rows.load(home)) == 0, place
    home.audited_rows.write_bytes(data)
    assert len(audited_rows.load(home)) > 0


def test_erased_photographs_leave_the_record(home: Home) -> None:
    record = audited_rows.load(home)
    (first, *others) = record.photographs["image_id"].to_pylist()
    audited_rows.forget(home, [first])
    kept = audited_rows.load(home)
    assert kept.photographs["image_id"].to_pylist() == others and kept.rules == record.rules
    assert first.encode() not in home.audited_rows.read_bytes()


def test_an_unfinished_record_is_removed_by_an_erasure(tmp_path: Path) -> None:
    home = Home(tmp_path)
    unfinished = home.audited_rows.with_name(f".{home.audited_rows.name}")
    unfinished.parent.mkdir(parents=True)
    unfinished.write_text("a photograph")
    audited_rows.forget(home, ["a"])
    assert not unfinished.exists()
