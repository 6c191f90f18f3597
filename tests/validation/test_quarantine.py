"""Failed rows are quarantined up to a share; released rows are accepted while their values stay the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from affect_store.store.errors import AuditFailedError
from affect_store.store.vocabulary import EMOTIONS, NEUTRAL
from affect_store.validation import thresholds
from affect_store.validation.audit import audit
from affect_store.validation.gate import require
from affect_store.validation.verdict import Verdict
from tests.stores.clean import CORPUS, LANDMARKS

PAGE = Path("audits/x/audit.html")
MIRRORED = "UPDATE features.landmarks SET xyz = list_reverse(xyz)::FLOAT[{length}] WHERE {where}"
SHAPE, CHECKSUM = "plausible face shape", "checksum matches"


@pytest.fixture
def store(unguarded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))


def _break(store: Path, where: str) -> None:
    with duckdb.connect(store) as connection:
        (length,) = connection.execute("SELECT any_value(len(xyz)) FROM features.landmarks").fetchone()
        connection.execute(MIRRORED.format(length=length, where=where))


def _audit(store: Path) -> Verdict:
    return audit(store, audit_id="q", stage="rows", tables=["features.landmarks"])


def _quarantine(store: Path, verdict: Verdict, released: str = "NULL") -> None:
    with duckdb.connect(store) as connection:
        for row in verdict.quarantine:
            connection.execute(
                f"INSERT INTO features.misses VALUES ($id, $view, $version, $reason, $status, $checks, $checksum, "
                f"{released}, now())",
                {
                    "id": row.image_id,
                    "view": row.view,
                    "version": row.version,
                    "reason": row.reason,
                    "status": "quarantined" if released == "NULL" else "released",
                    "checks": json.dumps(row.checks),
                    "checksum": row.checksum,
                },
            )


def test_one_bad_row_is_quarantined_with_all_its_checks(store: Path) -> None:
    _break(store, "rowid = 0")
    verdict = _audit(store)
    (row,) = verdict.quarantine
    assert (row.view, row.version) == ("landmarks", LANDMARKS)
    assert {SHAPE, CHECKSUM} <= set(row.checks) and row.reason == f"quarantined: {'; '.join(row.checks)}"
    assert CORPUS in verdict.details.labels[row.image_id]
    assert verdict.passed
    require(verdict, PAGE)


def test_all_offending_rows_are_quarantined_not_only_the_shown_ones(store: Path) -> None:
    _break(store, "true")
    verdict = _audit(store)
    (finding,) = [finding for finding in verdict.findings if finding.check == CHECKSUM]
    assert len(finding.offending) == finding.unexpected_count == len(verdict.quarantine) > thresholds.SHOWN_ROWS
    assert len(finding.samples) == thresholds.SHOWN_ROWS
    raw = json.dumps(verdict.raw, default=str)
    assert raw.count(finding.offending[0][0]) > 0 and raw.count(finding.offending[-1][0]) == 0


def test_too_many_rows_fail_the_audit(store: Path) -> None:
    _break(store, "rowid < 5")
    verdict = _audit(store)
    assert not verdict.passed and not verdict.stopping
    with pytest.raises(AuditFailedError, match=r"5 of 72 photographs would be quarantined \(6\.9%, limit 5%\)"):
        require(verdict, PAGE)


def test_quarantined_rows_count_towards_the_share(store: Path) -> None:
    _break(store, "rowid < 3")
    _quarantine(store, _audit(store))
    _break(store, "rowid = 3")
    verdict = _audit(store)
    assert len(verdict.quarantine) == 1 and verdict.quarantined_share == pytest.approx(4 / 72)
    assert not verdict.passed


def test_quarantined_rows_are_not_checked_again(store: Path) -> None:
    _break(store, "rowid = 0")
    _quarantine(store, _audit(store))
    assert _audit(store).failures == ()


def test_released_rows_are_accepted_by_the_same_check(store: Path) -> None:
    _break(store, "rowid = 0")
    verdict = _audit(store)
    _quarantine(store, verdict, released="now()")
    again = _audit(store)
    assert again.failures == ()
    (finding,) = [finding for finding in again.findings if finding.check == CHECKSUM]
    assert finding.observed == "0 failed, 1 more released by a person"
    with duckdb.connect(store) as connection:
        connection.execute(
            "UPDATE features.misses SET checks = replace(checks, $old, 'another check')", {"old": CHECKSUM}
        )
    assert {finding.check for finding in _audit(store).failures} == {CHECKSUM}


def test_a_release_holds_only_for_the_values_at_that_time(store: Path) -> None:
    _break(store, "rowid = 0")
    verdict = _audit(store)
    _quarantine(store, verdict, released="now()")
    assert _audit(store).failures == ()
    with duckdb.connect(store) as connection:
        (length,) = connection.execute("SELECT any_value(len(xyz)) FROM features.landmarks").fetchone()
        connection.execute(
            f"UPDATE features.landmarks SET xyz = list_transform(xyz, lambda x: x + 0.001)::FLOAT[{length}] "
            f"WHERE image_id = '{verdict.quarantine[0].image_id}'"
        )
    assert {finding.check for finding in _audit(store).failures} == {CHECKSUM, SHAPE}


def test_a_release_without_a_checksum_holds(store: Path) -> None:
    _break(store, "rowid = 0")
    _quarantine(store, _audit(store), released="now()")
    with duckdb.connect(store) as connection:
        connection.execute("UPDATE features.misses SET checksum = NULL")
    assert _audit(store).failures == ()


def test_a_quarantining_check_that_cannot_run_stops(store: Path) -> None:
    with duckdb.connect(store) as connection:
        connection.execute("ALTER TABLE features.landmarks DROP COLUMN seal")
    verdict = _audit(store)
    assert CHECKSUM in {finding.check for finding in verdict.stopping} and not verdict.passed


def test_the_latest_delta_counts(store: Path) -> None:
    with duckdb.connect(store) as connection:
        connection.execute(
            "INSERT INTO features.deltas SELECT * REPLACE (created_at + INTERVAL 1 DAY AS created_at, "
            "image_id AS reference_image_id) FROM features.deltas WHERE rowid = 0"
        )
        connection.execute("UPDATE features.deltas SET seal = 'wrong' WHERE rowid = 0")
    verdict = audit(store, audit_id="q", stage="rows", tables=["features.deltas"])
    failed = {finding.check for finding in verdict.failures}
    assert "not its own reference" in failed and CHECKSUM not in failed


@pytest.mark.long
def test_a_split_keeps_the_labels_of_its_moment(store: Path) -> None:
    with duckdb.connect(store) as connection:
        condition = f"emotion <> '{NEUTRAL}' AND image_id IN (SELECT image_id FROM splits.train)"
        connection.execute(
            "INSERT INTO catalogue.labels SELECT * REPLACE (known_at + INTERVAL 1 DAY AS known_at, "
            f"'{EMOTIONS[-1]}' AS emotion) FROM catalogue.labels WHERE {condition}"
        )
        connection.execute(f"UPDATE catalogue.images SET emotion = '{EMOTIONS[-1]}' WHERE {condition}")
    for stage in ("splits", "results"):
        assert audit(store, audit_id="old", stage=stage).failures == ()
