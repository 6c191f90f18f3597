"""Deltas and references are recomputed; versions of other code are reported as not checked."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import numpy as np
import pytest

from affect_store.store.types import checksum_of
from affect_store.store.vocabulary import FRONTAL_DEG, FRONTAL_GAZE, NEUTRAL, VECTOR_LENGTH
from affect_store.validation.audit import audit
from affect_store.validation.recompute.deltas import DELTAS_CHECK, REFERENCES_CHECK
from affect_store.validation.recompute.extra_checks import NO_EXTRA_CHECKS, ExtraChecks
from affect_store.validation.verdict import Finding
from tests.stores.clean import ALIGNED, FRONTAL, LANDMARKS


def _audited(path: Path, check: str, table: str, extras: ExtraChecks = NO_EXTRA_CHECKS) -> list[Finding]:
    verdict = audit(path, audit_id="again", stage="rows", tables=[table], extras=extras)
    return [finding for finding in verdict.findings if finding.check == check]


def test_deltas_of_a_clean_store_are_those_of_its_landmarks(guarded: Path) -> None:
    findings = _audited(guarded, DELTAS_CHECK, "features.deltas")
    assert {finding.column for finding in findings} == {"frontal_unit", "aligned"}
    assert all(finding.success and "recomputed deltas differ" in finding.observed for finding in findings)


@pytest.mark.parametrize("column", ["xyz", "magnitude"])
def test_a_delta_that_is_off_by_little_is_found_though_its_seal_is_right(
    column: str, unguarded: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    with duckdb.connect(store) as connection:
        where = f"version = '{ALIGNED}'"
        image_id, values = connection.execute(
            f"SELECT image_id, {column} FROM features.deltas WHERE {where} LIMIT 1"
        ).fetchone()
        values = np.array(values, np.float32) + np.float32(1e-3)
        connection.execute(
            f"UPDATE features.deltas SET {column} = $values::FLOAT[{len(values)}] "
            f"{', seal = $seal' if column == 'xyz' else ''} WHERE {where} AND image_id = $image_id",
            {"values": values.tolist(), "image_id": image_id}
            | ({"seal": checksum_of(image_id, values.tobytes())} if column == "xyz" else {}),
        )
    wrong = [finding for finding in _audited(store, DELTAS_CHECK, "features.deltas") if not finding.success]
    assert [finding.offending for finding in wrong] == [((image_id, "deltas", ALIGNED),)]


def _spoil(store: Path, change: str, *, sealed: bool) -> str:
    """Change each coordinate x of the landmarks of one person's frontal reference; return its id."""
    with duckdb.connect(store) as connection:
        (image_id,) = connection.execute(
            f"SELECT reference_image_id FROM features.deltas WHERE version = '{FRONTAL}' GROUP BY ALL "
            "ORDER BY count(*) DESC, reference_image_id LIMIT 1"
        ).fetchone()
        (xyz,) = connection.execute(
            f"UPDATE features.landmarks SET xyz = list_transform(xyz, lambda x: {change})::FLOAT[{VECTOR_LENGTH}] "
            "WHERE image_id = $id RETURNING xyz", {"id": image_id},
        ).fetchone()  # fmt: skip
        if sealed:
            seal = checksum_of(image_id, np.array(xyz, np.float32).tobytes())
            connection.execute("UPDATE features.landmarks SET seal = $seal WHERE image_id = $id",
                               {"seal": seal, "id": image_id})  # fmt: skip
    return str(image_id)


@pytest.mark.long
@pytest.mark.parametrize(
    ("change", "sealed"), [("-x", False), ("-x", True), ("x + x * x / 1000", True), ("0.5", False), ("0.5", True)]
)
def test_bad_landmarks_of_a_reference_cost_no_good_delta(
    change: str, sealed: bool, unguarded: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    image_id = _spoil(store, change, sealed=sealed)
    verdict = audit(store, audit_id="again", stage="rows", tables=["features.landmarks", "features.deltas"])
    assert [row[:3] for row in verdict.quarantine] == [(image_id, "landmarks", LANDMARKS)]
    assert verdict.passed


def test_a_delta_against_another_reference_than_the_rules_is_found(unguarded: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    with duckdb.connect(store) as connection:
        image_id, other = connection.execute(
            "SELECT d.image_id, f.image_id FROM features.deltas AS d JOIN catalogue.images AS i USING (image_id) "
            f"JOIN catalogue.images AS f ON f.subject_id = i.subject_id AND f.emotion = '{NEUTRAL}' "
            f"AND f.camera_angle_deg = {FRONTAL_DEG} AND f.gaze = '{FRONTAL_GAZE}' "
            f"WHERE i.camera_angle_deg <> {FRONTAL_DEG} AND d.version = '{ALIGNED}' LIMIT 1"
        ).fetchone()
        connection.execute(f"UPDATE features.deltas SET reference_image_id = '{other}' "
                           f"WHERE image_id = '{image_id}' AND version = '{ALIGNED}'")  # fmt: skip
        connection.execute(f"UPDATE features.deltas SET reference_rule = 'any' WHERE version = '{FRONTAL}' "
                           f"AND image_id = '{image_id}'")  # fmt: skip
    findings = {finding.column: finding for finding in _audited(store, REFERENCES_CHECK, "features.deltas")}
    assert findings["aligned"].offending == ((image_id, "deltas", ALIGNED),)
    assert findings["frontal_unit"].offending == ((image_id, "deltas", FRONTAL),)
    assert "references differ" in findings["aligned"].observed


def test_deltas_of_quarantined_landmarks_must_be_recomputed_first(unguarded: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    image_id = _spoil(store, "x", sealed=True)
    with duckdb.connect(store) as connection:
        connection.execute(f"INSERT INTO features.misses VALUES ('{image_id}', 'landmarks', '{LANDMARKS}', "
                           "'quarantined: ?', 'quarantined', NULL, NULL, NULL, now())")  # fmt: skip
    verdict = audit(store, audit_id="again", stage="rows", tables=["features.deltas"])
    assert [finding.check for finding in verdict.stopping] == ["reference landmarks not quarantined"]
    assert {row.image_id for row in verdict.quarantine} == {image_id}


def test_deltas_of_other_code_are_not_checked(unguarded: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    with duckdb.connect(store) as connection:
        for table in ("views", "services", "deltas"):
            connection.execute(f"UPDATE features.{table} SET version = 'older' WHERE version = '{ALIGNED}'")
    findings = {finding.column: finding for finding in _audited(store, DELTAS_CHECK, "features.deltas")}
    assert findings["aligned"].success and "not checked" in findings["aligned"].observed
