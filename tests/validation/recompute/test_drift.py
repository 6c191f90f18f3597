"""Drift is reported in words: which group, by how much, against which publication."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from affect_store.validation.gx.dialect import open_reader
from affect_store.validation.recompute.drift import DRIFT, spreads
from affect_store.validation.recompute.extra_checks import ExtraChecks
from affect_store.validation.verdict import Finding
from tests.stores.clean import LANDMARKS


def _publish(store: Path, folder: Path) -> Path:
    """Make a published store with the statistics of the landmarks of this store."""
    path = Path(shutil.copy(store, folder / "feature_store.duckdb"))
    with open_reader(store) as opened:
        statistics = spreads(opened, "features.landmarks", LANDMARKS)
    with duckdb.connect(path) as connection:
        connection.executemany(
            "INSERT INTO features.statistics SELECT 'landmarks', ?, 'landmarks', ?, ?, ?, ?, ?, ?, 0, 1, 0",
            [
                (LANDMARKS, *key, spread.images, spread.images, spread.mean, spread.sd)
                for key, spread in statistics.items()
            ],
        )
    return path


def _drift(store: Path, published: Path) -> Finding:
    return _compared(store, published)[DRIFT]


def _compared(store: Path, published: Path) -> dict[str, Finding]:
    """Return the findings of the two comparisons with a publication, without the other checks of an audit."""
    with open_reader(store) as opened:
        findings = ExtraChecks(published=published).findings(opened, "features.landmarks", "d")
    return {finding.check: finding for finding in findings}


@pytest.fixture
def published(unguarded: Path, tmp_path: Path) -> Path:
    return _publish(unguarded, tmp_path)


def test_the_same_rows_have_not_drifted(unguarded: Path, published: Path) -> None:
    finding = _drift(unguarded, published)
    assert finding.success and finding.observed.startswith("largest shift 0.000 SD")
    assert "71 photographs now, 71 in the last publication" in finding.observed


def test_statistics_are_those_of_numpy(unguarded: Path) -> None:
    with open_reader(unguarded) as store:
        statistics = spreads(store, "features.landmarks", LANDMARKS)["all", "y"]
    with duckdb.connect(unguarded, read_only=True) as connection:
        mean, sd, n = connection.execute(
            "SELECT avg(y), stddev_pop(y), count(DISTINCT image_id) "
            "FROM (SELECT image_id, unnest(xyz[2:-1:3])::DOUBLE AS y FROM features.landmarks)"
        ).fetchone()
    assert (statistics.mean, statistics.sd, statistics.images) == (pytest.approx(mean), pytest.approx(sd), n)


@pytest.mark.parametrize(
    ("change", "words"), [("x + 0.2", "SD"), ("0.5 + 3 * (x - 0.5)", "SD ratio"), ("x + 0.001", "")]
)
def test_moved_and_stretched_features_are_reported(
    change: str, words: str, unguarded: Path, published: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    with duckdb.connect(store) as connection:
        (length,) = connection.execute("SELECT any_value(len(xyz)) FROM features.landmarks").fetchone()
        connection.execute(
            f"UPDATE features.landmarks SET xyz = list_transform(xyz, lambda x: {change})::FLOAT[{length}]"
        )
    finding = _drift(store, published)
    assert finding.success is (words == "") and finding.severity == "warn" and not finding.stops
    assert words in finding.observed and bool(finding.samples) is bool(words)


def test_a_missing_publication_is_a_warning(unguarded: Path, tmp_path: Path) -> None:
    for finding in _compared(unguarded, tmp_path / "missing.duckdb").values():
        assert not finding.success and finding.severity == "warn"
        assert finding.observed.startswith("not compared: the last publication is missing")


@pytest.mark.parametrize(
    "statement", ["DROP TABLE features.statistics", "DROP TABLE features.landmarks", "DROP SCHEMA quality CASCADE"]
)
def test_a_publication_that_cannot_be_read_stops(statement: str, unguarded: Path, published: Path) -> None:
    with duckdb.connect(published) as connection:
        connection.execute(statement)
    stopped = [finding for finding in _compared(unguarded, published).values() if finding.stops]
    assert stopped and all("the check did not run: the last publication" in finding.observed for finding in stopped)
    assert all("`affect prune`" in finding.observed for finding in stopped)


def test_a_damaged_publication_stops(unguarded: Path, published: Path) -> None:
    published.write_bytes(published.read_bytes()[: 2**14])
    assert all(finding.stops for finding in _compared(unguarded, published).values())


def test_an_older_publication_without_statistics_is_not_compared(unguarded: Path, published: Path) -> None:
    with duckdb.connect(published) as connection:
        connection.execute("UPDATE quality.settings SET setting = '3' WHERE key = 'schema_version'")
        connection.execute("DROP TABLE features.statistics")
    finding = _drift(unguarded, published)
    assert finding.success and finding.observed.startswith("not compared")
