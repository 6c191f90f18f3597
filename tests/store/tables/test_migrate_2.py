"""A store of schema version 2, which knew no folds and no calibration, becomes one of today's and loses nothing."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from store.tables.connection import SCHEMA_VERSION, open_work
from store.tables.home import Home
from store.vocabulary import EMOTIONS

DDL = Path(__file__).with_name("schema_2.sql").read_text(encoding="utf-8")
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)


def insert(connection: duckdb.DuckDBPyConnection, table: str, **told: object) -> None:
    names = ", ".join(f'"{name}"' for name in told)
    values = ", ".join(f"${name}" for name in told)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({values})", told)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two runs of one model on one split, with a prediction each."""
    place = Home(tmp_path)
    with duckdb.connect(str(place.work)) as connection:
        connection.execute(DDL)
        insert(connection, "quality.settings", key="schema_version", setting="2")
        insert(connection, "quality.settings", key="change", setting="41")
        insert(
            connection, "splits.sets", split_id="by_person-1", strategy="by_person", seed=7, fractions="{}",
            fingerprint="f", feature_versions="{}", as_of=MOMENT, created_at=MOMENT, requested_at=MOMENT,
        )  # fmt: skip
        chances = {f"{name}_prob": 1 / len(EMOTIONS) for name in EMOTIONS}
        for run_id in ("one", "two"):
            insert(
                connection, "registry.runs", run_id=run_id, model="cnn", recipe="corrected", split_id="by_person-1",
                service="cnn.corrected", service_version="v", feature_versions="{}", seed=7, code_version="0",
                library_versions="{}", started_at=MOMENT, requested_at=MOMENT, duration_s=1, status="completed",
                parameters="{}", artifact_path=f"artifacts/{run_id}", artifact_sha256="0",
            )  # fmt: skip
            insert(
                connection, "registry.predictions", run_id=run_id, image_id="a", part="test", truth=1, predicted=0,
                **chances,
            )  # fmt: skip
    return place


def test_runs_are_configurations_of_their_own_and_predictions_are_not_calibrated(home: Home) -> None:
    with open_work(home) as connection:
        version = connection.execute("SELECT setting FROM quality.settings WHERE key = 'schema_version'").fetchone()
        runs = connection.execute(
            "SELECT run_id, configuration, pooled_run_id, artifact_path FROM registry.runs ORDER BY ALL"
        ).fetchall()
        said = connection.execute("SELECT run_id, temperature, truth FROM registry.predictions ORDER BY ALL").fetchall()
    assert version == (SCHEMA_VERSION,)
    assert runs == [(one, one, None, f"artifacts/{one}") for one in ("one", "two")]
    assert said == [("one", 1, 1), ("two", 1, 1)]


def test_the_split_stays_what_it_was_and_is_no_fold(home: Home) -> None:
    with open_work(home) as connection:
        row = connection.execute(
            'SELECT split_id, fingerprint, as_of, folds_id, fold, "repeat" FROM splits.current'
        ).fetchall()
    assert row == [("by_person-1", "f", MOMENT, None, None, None)]
