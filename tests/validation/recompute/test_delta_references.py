"""Deltas over several references are recomputed, and their references are chosen again."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from affect_store.flows.steps import feature_services
from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.store.engine.work_store import open_work
from affect_store.store.features import feature_views
from affect_store.store.features.feature_options import FeatureOptions
from affect_store.store.types import checksum_of
from affect_store.store.vocabulary import NEUTRAL
from affect_store.validation.audit import audit
from affect_store.validation.gx.dialect import open_reader
from affect_store.validation.recompute import deltas as recompute_deltas
from affect_store.validation.recompute.deltas import DELTAS_CHECK, REFERENCES_CHECK, check_deltas
from affect_store.validation.verdict import Finding
from tests.stores import clean

SEVERAL = FeatureOptions(references="mean")
OF_VERSION = "version = (SELECT version FROM features.current WHERE feature = 'aligned')"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """The clean store with deltas over several references, without guards."""
    home = clean.copy(tmp_path)
    with open_work(home) as connection:
        feature_services.register(connection, feature_views.chosen(SEVERAL))
    materialize_deltas(home)
    return clean.without_guards(home.work, tmp_path / "unguarded.duckdb")


def aligned_findings(store: Path, check: str) -> list[Finding]:
    verdict = audit(store, audit_id="again", stage="rows", tables=["features.deltas", "features.delta_references"])
    return [finding for finding in verdict.findings if finding.check == check and finding.column == "aligned"]


@pytest.mark.long
def test_deltas_over_several_references_are_those_of_their_landmarks(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = audit(store, audit_id="again", stage="rows", tables=["features.deltas", "features.delta_references"])
    assert not verdict.failures
    with duckdb.connect(store) as connection:
        (most,) = connection.execute("SELECT max(n_references) FROM features.reference_counts").fetchone() or ()
    assert most > 1
    for check in (DELTAS_CHECK, REFERENCES_CHECK):
        (finding,) = aligned_findings(store, check)
        assert "differ" in finding.observed and not finding.observed.startswith("0 of 0")
    with open_reader(store) as reader:
        at_once = check_deltas(reader)
        monkeypatch.setattr(recompute_deltas, "_PAIRS_PER_QUERY", 5)
        assert check_deltas(reader) == at_once


def test_a_delta_to_one_reference_only_is_wrong(store: Path) -> None:
    with duckdb.connect(store) as connection:
        image_id, reference = (
            connection.execute(
                f"SELECT image_id, reference_image_id FROM features.delta_references "
                "JOIN features.reference_counts USING (image_id, version) "
                f"WHERE n_references > 1 AND {OF_VERSION} LIMIT 1"
            ).fetchone()
            or ()
        )
        connection.execute(
            f"DELETE FROM features.delta_references WHERE image_id = ? AND {OF_VERSION} AND reference_image_id <> ("
            f"SELECT reference_image_id FROM features.deltas WHERE image_id = ? AND {OF_VERSION})",
            [image_id, image_id],
        )
    for check in (DELTAS_CHECK, REFERENCES_CHECK):
        (finding,) = aligned_findings(store, check)
        assert [row[0] for row in finding.offending] == [image_id]


def test_a_delta_that_is_off_by_little_is_found_though_its_seal_is_right(store: Path) -> None:
    with duckdb.connect(store) as connection:
        image_id, xyz = (
            connection.execute(f"SELECT image_id, xyz FROM features.deltas WHERE {OF_VERSION}").fetchone() or ()
        )
        changed = np.array(xyz, np.float32) + np.float32(1e-3)
        connection.execute(
            f"UPDATE features.deltas SET xyz = ?, seal = ? WHERE image_id = ? AND {OF_VERSION}",
            [changed.tolist(), checksum_of(image_id, changed.tobytes()), image_id],
        )
    (finding,) = aligned_findings(store, DELTAS_CHECK)
    assert [row[0] for row in finding.offending] == [image_id]


def test_a_reference_of_another_camera_is_wrong(store: Path) -> None:
    with duckdb.connect(store) as connection:
        image_id, other = (
            connection.execute(
                "SELECT d.image_id, o.image_id FROM features.delta_references AS d "
                "JOIN catalogue.images AS i ON i.image_id = d.image_id "
                "JOIN catalogue.images AS o ON o.subject_id = i.subject_id "
                "WHERE o.camera_angle_deg <> i.camera_angle_deg AND o.excluded_reason IS NULL "
                f"AND o.emotion = '{NEUTRAL}' LIMIT 1"
            ).fetchone()
            or ()
        )
        connection.execute(
            "INSERT INTO features.delta_references "
            "SELECT DISTINCT image_id, version, ? AS reference_image_id, created_at "
            "FROM features.delta_references WHERE image_id = ?",
            [other, image_id],
        )
    (finding,) = aligned_findings(store, REFERENCES_CHECK)
    assert [row[0] for row in finding.offending] == [image_id]
