"""Scalar features are recomputed, quarantined, released and compared with the last publication."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from affect_store.store.engine.feature_sql import view_sql
from affect_store.store.features.scalar_view import ScalarView
from affect_store.store.features.scalar_views import SCALAR_VIEWS
from affect_store.validation.audit import TO_BE_RECOMPUTED, audit
from affect_store.validation.recompute.drift import DRIFT, UNCHANGED
from affect_store.validation.recompute.extra_checks import NO_EXTRA_CHECKS, ExtraChecks
from affect_store.validation.recompute.scalars import VALUES_CHECK
from affect_store.validation.rules import CHECKSUM
from affect_store.validation.verdict import Finding, Verdict
from tests.stores.clean import LANDMARKS, VERSIONS
from tests.validation.planting import seal

FIRST = "image_id = (SELECT min(image_id) FROM features.landmarks)"

pytestmark = pytest.mark.parametrize("view", [
    pytest.param(view, id=view.name, marks=[] if view is SCALAR_VIEWS[0] else pytest.mark.long) for view in SCALAR_VIEWS
])  # fmt: skip


@pytest.fixture
def store(unguarded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))


def _audited(store: Path, view: ScalarView, *tables: str, extras: ExtraChecks = NO_EXTRA_CHECKS) -> Verdict:
    return audit(store, audit_id="again", stage="rows", tables=[*tables, view.table.qualified], extras=extras)


def _finding(verdict: Verdict, view: ScalarView, check: str) -> Finding:
    (finding,) = [row for row in verdict.findings if (row.suite, row.check) == (view.table.qualified, check)]
    return finding


def _shift(
    store: Path, view: ScalarView, where: str = "image_id = (SELECT min(image_id) FROM features.landmarks)"
) -> None:
    """Add 1 to the first column of some rows, with matching checksums."""
    table, columns = view.table.qualified, view.column_names
    with duckdb.connect(store) as connection:
        connection.execute(f"UPDATE {table} SET {columns[0]} = {columns[0]} + 1 WHERE {where}")
        seal(connection, table, f"[{', '.join(columns)}]")


def test_values_of_a_clean_store_are_those_of_its_landmarks(view: ScalarView, guarded: Path) -> None:
    verdict = _audited(guarded, view)
    assert verdict.passed and not verdict.failures
    assert _finding(verdict, view, VALUES_CHECK).observed == "0 of 71 recomputed rows differ"
    assert _finding(verdict, view, CHECKSUM).observed == "0 of 71 checksums differ"


def test_values_of_other_code_are_not_checked(view: ScalarView, store: Path) -> None:
    with duckdb.connect(store) as connection:
        for table in ("views", "services", view.name):
            connection.execute(f"UPDATE features.{table} SET version = 'old' WHERE version = '{VERSIONS[view.name]}'")
    _shift(store, view)
    finding = _finding(_audited(store, view), view, VALUES_CHECK)
    assert finding.success and finding.observed == "not checked: old was computed by other code"


@pytest.mark.long
def test_a_quarantined_row_is_not_checked_again_and_a_released_one_is_accepted(view: ScalarView, store: Path) -> None:
    _shift(store, view)
    (row,) = _audited(store, view).quarantine
    assert row.view == view.name and row.checks == (VALUES_CHECK,) and row.checksum
    with duckdb.connect(store) as connection:
        connection.execute(
            'INSERT INTO features.misses BY NAME SELECT $image_id AS image_id, $view AS "view", $version AS version, '
            "$reason AS reason, 'quarantined' AS quarantine_status, $checks AS checks, $checksum AS checksum, "
            "now() AS created_at",
            {**row._asdict(), "reason": row.reason, "checks": json.dumps(row.checks)},
        )
    assert _audited(store, view).passed and not _audited(store, view).quarantine
    with duckdb.connect(store) as connection:
        connection.execute("UPDATE features.misses SET quarantine_status = 'released', released_at = now() WHERE "
                           "quarantine_status IS NOT NULL")  # fmt: skip
    finding = _finding(_audited(store, view), view, VALUES_CHECK)
    assert finding.success and "released by a person" in finding.observed
    _shift(store, view)
    assert not _finding(_audited(store, view), view, VALUES_CHECK).success, "accepted although the value changed"


def test_values_of_landmarks_that_are_quarantined_are_computed_again(view: ScalarView, store: Path) -> None:
    with duckdb.connect(store) as connection:
        (image_id,) = connection.execute(
            "UPDATE features.landmarks SET xyz = list_transform(xyz, lambda x: 1 - x)::FLOAT[1404] "
            "WHERE rowid = 0 RETURNING image_id"
        ).fetchone()
    verdict = _audited(store, view, "features.landmarks")
    assert [row[:3] for row in verdict.quarantine] == [(image_id, "landmarks", LANDMARKS)]
    assert TO_BE_RECOMPUTED in _finding(verdict, view, VALUES_CHECK).observed


def test_drift_and_changed_rows_are_found_by_the_last_publication(
    view: ScalarView, store: Path, unguarded: Path, tmp_path: Path
) -> None:
    published = Path(shutil.copy(unguarded, tmp_path / "feature_store.duckdb"))
    with duckdb.connect(published) as connection:
        connection.execute(f"INSERT INTO features.scalar_statistics BY NAME {view_sql('select_statistics', view.name)}")
    extras = ExtraChecks(published=published, largest_share=1)
    assert not _audited(store, view, extras=extras).failures
    for _ in range(10):
        _shift(store, view, "true")
    verdict = _audited(store, view, extras=extras)
    if view.is_compared:
        drift = _finding(verdict, view, DRIFT)
        assert not drift.success and drift.severity == "warn"
        assert {sample["group"] for sample in drift.samples} == {view.column_names[0]}
    else:
        assert DRIFT not in {finding.check for finding in verdict.findings if finding.suite == view.table.qualified}
    assert _finding(verdict, view, UNCHANGED).unexpected_count == 71
