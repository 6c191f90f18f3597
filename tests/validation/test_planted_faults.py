"""Each fault, planted in a store without guards, is found by its check."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from affect_store.store.errors import AuditFailedError
from affect_store.store.vocabulary import PARTS
from affect_store.validation.audit import audit
from affect_store.validation.gate import require
from affect_store.validation.rules import RULES
from tests.validation.faults import FAULTS
from tests.validation.planting import MANY, Fault, photographs_of

SEVERITIES = {(rule.table, rule.name): rule.severity for rule in RULES}
FABRICATED = [fault for fault in FAULTS if not fault.needs_run]


@pytest.mark.parametrize("fault", [
    pytest.param(fault, id=fault.what, marks=[] if number % 3 == 0 else pytest.mark.long)
    for number, fault in enumerate(FABRICATED)
])  # fmt: skip
def test_fault_is_found_by_its_check(fault: Fault, unguarded: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    with duckdb.connect(store) as connection:
        fault.plant(connection, photographs_of(connection))
    verdict = audit(store, audit_id="planted", stage=fault.stage, tables=[fault.table])
    store.unlink()
    findings = [finding for finding in verdict.failures if fault.is_found_by(finding)]
    assert len(findings) == 1, f"'{fault.check}' passed; failed: {[finding.check for finding in verdict.failures]}"
    (finding,) = findings
    severity = SEVERITIES.get((fault.table, fault.check))
    assert severity is None or fault.rows is None or finding.severity == severity
    if finding.severity == "quarantine":
        assert finding.quarantines_rows and len(finding.offending) == fault.rows
        assert set(finding.offending) <= {row[:3] for row in verdict.quarantine}
    elif finding.severity == "stop":
        with pytest.raises(AuditFailedError, match=re.escape(fault.table)):
            require(verdict, Path("audit.html"))
    else:
        assert not finding.stops and not finding.quarantines_rows
    if fault.rows is None:
        assert "did not run" in finding.observed or "does not exist" in finding.observed
    else:
        count = finding.unexpected_count
        assert count == fault.rows or (fault.rows == MANY and count), finding.observed
        assert bool(finding.samples) == (fault.rows != 0)


def test_faults_cover_every_rule() -> None:
    """No rule is left untested."""
    planted = {(fault.table, fault.check) for fault in FABRICATED} | {
        (f"splits.{part}", fault.check) for fault in FABRICATED if fault.table == "splits.train" for part in PARTS
    }
    assert {(rule.table, rule.name) for rule in RULES} <= planted


def test_faults_have_different_names() -> None:
    names = [fault.what for fault in FAULTS]
    assert len(names) == len(set(names))
