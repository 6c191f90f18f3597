"""Audits that skip rows which passed an earlier audit find the same as full ones, also in rows that changed since."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from affect_store.validation.audit import audit
from affect_store.validation.audit_record import AuditRecord
from affect_store.validation.coverage import UNCHANGED_CHECK
from affect_store.validation.gx import rules_version
from affect_store.validation.verdict import Verdict
from tests.validation.faults import FAULTS
from tests.validation.planting import (
    DELTAS,
    ERRORS,
    LANDMARKS,
    OF_ID,
    Fault,
    each,
    execute,
    photographs_of,
    sealed,
)

IN_STAGES = ("rows", "splits")
FABRICATED = [fault for fault in FAULTS if not fault.needs_run and fault.stage in IN_STAGES]
BY_DEFAULT = frozenset({
    "mirrored face", "one coordinate moved by a little", "face from the other side's camera", "all-NaN landmarks",
})  # fmt: skip
OF_ANY_ROW = frozenset({"NULL vector"})
"""Faults that keep measures from being matched with their rows, so that a further check names another row."""

MARKED = [
    pytest.param(fault, id=fault.what, marks=[] if fault.what in BY_DEFAULT else pytest.mark.long)
    for fault in FABRICATED
]


@pytest.fixture(scope="module")
def full(unguarded: Path) -> dict[str, Verdict]:
    """Full audits of the rows and then of the splits of the clean store."""
    known, verdicts = AuditRecord(), {}
    for stage in IN_STAGES:
        verdict = audit(unguarded, audit_id="first", stage=stage, passed=known, is_full=True)
        assert verdict.passed and verdict.record and not verdict.quarantine
        known, verdicts[stage] = verdict.record, verdict
    return verdicts


@pytest.fixture(scope="module")
def record(full: dict[str, Verdict]) -> AuditRecord:
    """The record of the clean store after these audits."""
    known = full[IN_STAGES[-1]].record
    assert known
    return known


def _outcomes(verdict: Verdict) -> list[tuple[object, ...]]:
    return [
        (finding.suite, finding.check, finding.column, finding.success, finding.unexpected_count, finding.offending)
        for finding in verdict.findings
        if finding.check != UNCHANGED_CHECK
    ]


@pytest.mark.long
@pytest.mark.parametrize("stage", IN_STAGES)
def test_an_unchanged_store_gets_the_same_verdict_without_a_row_looked_at(
    stage: str, unguarded: Path, full: dict[str, Verdict], record: AuditRecord
) -> None:
    part = audit(unguarded, audit_id="part", stage=stage, passed=record)
    assert full[stage].is_full and not part.is_full
    assert _outcomes(full[stage]) == _outcomes(part)
    assert full[stage].state.contents == part.state.contents
    assert all(not counts.looked_at for counts in part.rows.values())
    assert sum(counts.covered for counts in part.rows.values()) > 0
    assert part.record and sorted(part.record.photographs["image_id"].to_pylist()) == sorted(
        record.photographs["image_id"].to_pylist()
    )


@pytest.mark.parametrize("fault", MARKED)
def test_a_fault_in_a_row_that_passed_is_found_by_its_check(
    fault: Fault, unguarded: Path, record: AuditRecord, tmp_path: Path
) -> None:
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    with duckdb.connect(store) as connection:
        fault.plant(connection, photographs_of(connection))
    stage = "features" if fault.stage == "splits" else fault.stage  # faults of splits may be planted in features
    verdicts = [
        audit(store, audit_id="planted", stage=stage, tables=[fault.table], passed=record, is_full=is_full)
        for is_full in (False, True)
    ]
    for verdict in verdicts:
        (finding,) = [finding for finding in verdict.failures if fault.is_found_by(finding)]
        assert finding.unexpected_count == fault.rows or not (fault.rows and fault.rows > 0)
    assert _outcomes(verdicts[0]) == _outcomes(verdicts[1]) or fault.what in OF_ANY_ROW


def test_only_the_people_of_a_changed_row_are_looked_at(unguarded: Path, record: AuditRecord, tmp_path: Path) -> None:
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    with duckdb.connect(store) as connection:
        photograph = photographs_of(connection)[0]
        execute(f"UPDATE {LANDMARKS} SET face_score = 0.5 WHERE {OF_ID}")(connection, photograph)
        query = (
            f"SELECT count(*) FROM {LANDMARKS} JOIN catalogue.images USING (image_id) "
            "WHERE subject_id = (SELECT subject_id FROM catalogue.images WHERE image_id = $id)"
        )
        (of_person,) = connection.execute(query, {"id": photograph["id"]}).fetchone()
    verdict = audit(store, audit_id="part", stage="rows", tables=[LANDMARKS], passed=record)
    assert verdict.rows[LANDMARKS].looked_at == of_person < of_person + verdict.rows[LANDMARKS].covered
    (finding,) = [finding for finding in verdict.failures if finding.check == UNCHANGED_CHECK]
    assert [row[0] for row in finding.offending] == [photograph["id"]]


@pytest.mark.parametrize("table", [LANDMARKS, DELTAS])
def test_a_changed_value_with_a_matching_checksum_is_named_with_its_file(
    table: str, unguarded: Path, record: AuditRecord, tmp_path: Path
) -> None:
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    with duckdb.connect(store) as connection:
        photograph = photographs_of(connection)[0]
        sealed(table, "xyz", f"UPDATE {table} SET xyz = {each('x + 0.00001')} WHERE {OF_ID}")(connection, photograph)
        (path,) = connection.execute(
            f"SELECT path FROM catalogue.images WHERE {OF_ID}", {"id": photograph["id"]}
        ).fetchone()
    verdict = audit(store, audit_id="part", stage="rows", tables=[table], passed=record)
    (finding,) = [finding for finding in verdict.failures if finding.check == UNCHANGED_CHECK]
    assert {row[0] for row in finding.offending} == {photograph["id"]} and finding.suite == table
    assert {sample["path"] for sample in finding.samples} == {path}


def test_a_changed_rule_looks_at_all_rows_again(
    unguarded: Path, record: AuditRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(rules_version.VARIABLES, "min_head_turn", 0.5)
    verdict = audit(unguarded, audit_id="other", stage="rows", tables=[LANDMARKS], passed=record)
    assert verdict.is_full


def test_a_photograph_without_a_record_is_looked_at(unguarded: Path, record: AuditRecord, tmp_path: Path) -> None:
    """A record without a person stands for a store with a new person, in whose rows a fault is found."""
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    with duckdb.connect(store) as connection:
        photograph = photographs_of(connection)[0]
        of_person = (
            "SELECT image_id FROM catalogue.images "
            "WHERE subject_id = (SELECT subject_id FROM catalogue.images WHERE image_id = $id)"
        )
        new = {row[0] for row in connection.execute(of_person, {"id": photograph["id"]}).fetchall()}
        execute(f"UPDATE {LANDMARKS} SET xyz = {each('0.5')} WHERE {OF_ID}")(connection, photograph)
    known = record.photographs
    older = replace(record, photographs=known.filter([key not in new for key in known["image_id"].to_pylist()]))
    verdict = audit(store, audit_id="part", stage="rows", tables=[LANDMARKS], passed=older)
    assert not verdict.is_full and {row.image_id for row in verdict.quarantine} == {photograph["id"]}
    assert UNCHANGED_CHECK not in {finding.check for finding in verdict.failures}


def test_the_errors_of_landmarks_are_compared(unguarded: Path, record: AuditRecord) -> None:
    verdict = audit(unguarded, audit_id="part", stage="rows", tables=[ERRORS], passed=record)
    assert UNCHANGED_CHECK in {finding.check for finding in verdict.findings}
