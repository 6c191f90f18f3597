"""Every kind of fault, planted in a store without guards, is caught by the check that is meant for it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from store.errors import AuditFailedError
from store.tables.catalog import BY_NAME
from store.vocabulary import PARTS
from tests.validation.faults import FAULTS, MANY, Fault
from validation.audit import audit
from validation.gate import require
from validation.relations import RELATIONS
from validation.suites import STAGES

SEVERITIES = {(relation.table, relation.name): relation.severity for relation in RELATIONS}


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.what for fault in FAULTS])
def test_fault_is_caught_by_its_check(fault: Fault, unguarded: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    with duckdb.connect(store) as connection:
        connection.execute(fault.sql)
    stage = next(name for name, schemas in STAGES.items() if BY_NAME[fault.table].schema in schemas)
    verdict = audit(store, audit_id="planted", stage=stage, tables=[fault.table])
    store.unlink()
    found = [
        finding
        for finding in verdict.failures
        if finding.check == fault.check and fault.column in (None, finding.column)
    ]
    assert len(found) == 1, f"'{fault.check}' did not fail, but {[one.check for one in verdict.failures]} did"
    assert found[0].suite == fault.table
    severity = SEVERITIES.get((fault.table, fault.check))
    assert severity is None or fault.rows is None or found[0].severity == severity
    if found[0].severity == "quarantine":
        assert found[0].sets_aside and len(found[0].offending) == fault.rows
        assert set(found[0].offending) <= {row[:3] for row in verdict.quarantine}
    elif found[0].severity == "stop":
        with pytest.raises(AuditFailedError, match=re.escape(fault.table)):
            require(verdict, Path("audit.html"))
    else:
        assert not found[0].stops and not found[0].sets_aside
    if fault.rows is None:
        assert "did not run" in found[0].observed or "does not exist" in found[0].observed
    else:
        count = found[0].unexpected_count
        assert count == fault.rows or (fault.rows == MANY and count), found[0].observed
        assert bool(found[0].samples) == (fault.rows != 0)


def test_faults_reach_every_rule() -> None:
    """A rule without a planted fault is a rule that nobody has seen working."""
    planted = {(fault.table, fault.check) for fault in FAULTS} | {
        (f"splits.{part}", fault.check) for fault in FAULTS if fault.table == "splits.train" for part in PARTS
    }
    assert {(relation.table, relation.name) for relation in RELATIONS} <= planted
