"""Rows are set aside up to a share; what is set aside does not count, what a person released is not found again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from store.errors import AuditFailedError
from store.vocabulary import EMOTIONS, NEUTRAL
from tests.validation.fabricate import LANDMARKS
from validation import bounds
from validation.audit import audit
from validation.gate import require
from validation.verdict import QUARANTINED, Verdict

PAGE = Path("audits/x/audit.html")
MIRRORED = "UPDATE features.landmarks SET xyz = list_reverse(xyz)::FLOAT[{length}] WHERE {where}"
SHAPE, SEALED = "faces have the shape of a face", "seals are right"


@pytest.fixture
def store(unguarded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))


def _break(store: Path, where: str) -> None:
    with duckdb.connect(store) as connection:
        (length,) = connection.execute("SELECT any_value(len(xyz)) FROM features.landmarks").fetchone()
        connection.execute(MIRRORED.format(length=length, where=where))


def _audit(store: Path) -> Verdict:
    return audit(store, audit_id="q", stage="rows", tables=["features.landmarks"])


def _set_aside(store: Path, verdict: Verdict, released: str = "NULL") -> None:
    with duckdb.connect(store) as connection:
        for row in verdict.quarantine:
            connection.execute(
                f"INSERT INTO features.misses VALUES ($id, $view, $version, $reason, {released}, now())",
                {"id": row.image_id, "view": row.view, "version": row.version, "reason": row.reason},
            )


def test_one_bad_row_is_set_aside_with_all_its_checks(store: Path) -> None:
    _break(store, "rowid = 0")
    verdict = _audit(store)
    (row,) = verdict.quarantine
    assert (row.view, row.version) == ("landmarks", LANDMARKS)
    assert SHAPE in row.check_name and SEALED in row.check_name and row.reason.startswith(QUARANTINED)
    assert "fabricated" in verdict.named.labels[row.image_id]
    assert verdict.passed
    require(verdict, PAGE)


def test_all_offending_rows_are_told_not_only_the_shown_ones(store: Path) -> None:
    _break(store, "true")
    verdict = _audit(store)
    (finding,) = [one for one in verdict.findings if one.check == SEALED]
    assert len(finding.offending) == finding.unexpected_count == len(verdict.quarantine) > bounds.SHOWN_ROWS
    assert len(finding.samples) == bounds.SHOWN_ROWS
    account = json.dumps(verdict.raw, default=str)
    assert account.count(finding.offending[0][0]) > 0 and account.count(finding.offending[-1][0]) == 0


def test_too_many_rows_stop(store: Path) -> None:
    _break(store, "rowid < 5")
    verdict = _audit(store)
    assert not verdict.passed and not verdict.stopping
    with pytest.raises(AuditFailedError, match=r"5 of 72 photographs would be set aside \(6\.9%, at most 5% may be\)"):
        require(verdict, PAGE)


def test_what_is_set_aside_counts_towards_the_share(store: Path) -> None:
    _break(store, "rowid < 3")
    _set_aside(store, _audit(store))
    _break(store, "rowid = 3")
    verdict = _audit(store)
    assert len(verdict.quarantine) == 1 and verdict.share_set_aside == pytest.approx(4 / 72)
    assert not verdict.passed


def test_what_is_set_aside_is_not_found_again(store: Path) -> None:
    _break(store, "rowid = 0")
    _set_aside(store, _audit(store))
    assert _audit(store).failures == ()


def test_what_a_person_released_is_not_found_again_by_the_same_check(store: Path) -> None:
    _break(store, "rowid = 0")
    verdict = _audit(store)
    _set_aside(store, verdict, released="now()")
    again = _audit(store)
    assert again.failures == ()
    (finding,) = [one for one in again.findings if one.check == SEALED]
    assert finding.observed == "no offending, 1 more released by a person"
    with duckdb.connect(store) as connection:
        connection.execute("UPDATE features.misses SET reason = replace(reason, 'seals are right', 'another check')")
    assert {one.check for one in _audit(store).failures} == {SEALED}


def test_a_release_holds_only_for_the_values_that_the_person_has_seen(store: Path) -> None:
    _break(store, "rowid = 0")
    verdict = _audit(store)
    _set_aside(store, verdict, released="now()")
    assert _audit(store).failures == ()
    with duckdb.connect(store) as connection:
        (length,) = connection.execute("SELECT any_value(len(xyz)) FROM features.landmarks").fetchone()
        connection.execute(
            f"UPDATE features.landmarks SET xyz = list_transform(xyz, lambda x: x + 0.001)::FLOAT[{length}] "
            f"WHERE image_id = '{verdict.quarantine[0].image_id}'"
        )
    assert {one.check for one in _audit(store).failures} == {SEALED, SHAPE}


def test_a_release_from_before_there_were_checksums_holds(store: Path) -> None:
    _break(store, "rowid = 0")
    _set_aside(store, _audit(store), released="now()")
    with duckdb.connect(store) as connection:
        connection.execute("UPDATE features.misses SET reason = regexp_replace(reason, ' [(]values .*', '')")
    assert _audit(store).failures == ()


def test_a_check_that_cannot_run_stops_though_it_would_set_rows_aside(store: Path) -> None:
    with duckdb.connect(store) as connection:
        connection.execute("ALTER TABLE features.landmarks DROP COLUMN seal")
    verdict = _audit(store)
    assert SEALED in {one.check for one in verdict.stopping} and not verdict.passed


def test_the_latest_delta_counts(store: Path) -> None:
    with duckdb.connect(store) as connection:
        connection.execute(
            "INSERT INTO features.deltas SELECT * REPLACE (created_at + INTERVAL 1 DAY AS created_at, "
            "image_id AS reference_image_id) FROM features.deltas WHERE rowid = 0"
        )
        connection.execute("UPDATE features.deltas SET seal = 'wrong' WHERE rowid = 0")
    verdict = audit(store, audit_id="q", stage="rows", tables=["features.deltas"])
    failed = {one.check for one in verdict.failures}
    assert "no photograph is its own reference" in failed and SEALED not in failed


def test_a_split_keeps_the_labels_of_its_moment(store: Path) -> None:
    with duckdb.connect(store) as connection:
        told = f"emotion <> '{NEUTRAL}' AND image_id IN (SELECT image_id FROM splits.train)"
        connection.execute(
            "INSERT INTO catalogue.labels SELECT * REPLACE (known_at + INTERVAL 1 DAY AS known_at, "
            f"'{EMOTIONS[-1]}' AS emotion) FROM catalogue.labels WHERE {told}"
        )
        connection.execute(f"UPDATE catalogue.images SET emotion = '{EMOTIONS[-1]}' WHERE {told}")
    for stage in ("splits", "results"):
        assert audit(store, audit_id="old", stage=stage).failures == ()
