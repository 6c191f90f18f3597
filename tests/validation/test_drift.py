"""Drift is told in words: what moved, by how much, against which publication."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.validation.fabricate import LANDMARKS
from validation.audit import audit
from validation.dialect import reading
from validation.drift import DRIFT, spreads
from validation.extras import Extras
from validation.verdict import Finding


def _publish(store: Path, folder: Path) -> Path:
    """A published store with the statistics of this one's landmarks."""
    path = Path(shutil.copy(store, folder / "feature_store.duckdb"))
    with reading(store) as opened:
        told = spreads(opened, "features.landmarks", LANDMARKS)
    with duckdb.connect(path) as connection:
        connection.executemany(
            "INSERT INTO features.statistics SELECT 'landmarks', ?, 'landmarks', ?, ?, ?, ?, ?, ?, 0, 1, 0",
            [(LANDMARKS, *key, one.images, one.images, one.mean, one.sd) for key, one in told.items()],
        )
    return path


def _drift(store: Path, published: Path) -> Finding:
    verdict = audit(
        store, audit_id="d", stage="rows", tables=["features.landmarks"], extras=Extras(published=published)
    )
    (found,) = [finding for finding in verdict.findings if finding.check == DRIFT]
    return found


@pytest.fixture
def published(unguarded: Path, tmp_path: Path) -> Path:
    return _publish(unguarded, tmp_path)


def test_the_same_rows_have_not_drifted(unguarded: Path, published: Path) -> None:
    found = _drift(unguarded, published)
    assert found.success and found.observed.startswith("moved by 0.000 sd at most")
    assert "71 photographs now, 71 then" in found.observed


def test_statistics_are_those_of_numpy(unguarded: Path) -> None:
    with reading(unguarded) as store:
        told = spreads(store, "features.landmarks", LANDMARKS)["all", "y"]
    with duckdb.connect(unguarded, read_only=True) as connection:
        mean, sd, n = connection.execute(
            "SELECT avg(y), stddev_pop(y), count(DISTINCT image_id) "
            "FROM (SELECT image_id, unnest(xyz[2:-1:3])::DOUBLE AS y FROM features.landmarks)"
        ).fetchone()
    assert (told.mean, told.sd, told.images) == (pytest.approx(mean), pytest.approx(sd), n)


@pytest.mark.parametrize(
    ("change", "told"), [("x + 0.2", "sd"), ("0.5 + 3 * (x - 0.5)", "spread x"), ("x + 0.001", "")]
)
def test_moved_and_stretched_features_are_told(
    change: str, told: str, unguarded: Path, published: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    with duckdb.connect(store) as connection:
        (length,) = connection.execute("SELECT any_value(len(xyz)) FROM features.landmarks").fetchone()
        connection.execute(
            f"UPDATE features.landmarks SET xyz = list_transform(xyz, lambda x: {change})::FLOAT[{length}]"
        )
    found = _drift(store, published)
    assert found.success is (told == "") and found.severity == "warn" and not found.stops
    assert told in found.observed and bool(found.samples) is bool(told)


@pytest.mark.parametrize("name", ["missing.duckdb", "other.duckdb"])
def test_without_statistics_nothing_is_compared(name: str, unguarded: Path, tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "other.duckdb") as connection:
        connection.execute("CREATE TABLE main.older (x INTEGER)")
    found = _drift(unguarded, tmp_path / name)
    assert found.success and found.observed.startswith("not compared")
