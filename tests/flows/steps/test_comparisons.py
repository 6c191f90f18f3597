"""Metrics and comparisons of stored runs are renewed when a newer version computes them otherwise."""

from __future__ import annotations

from pathlib import Path

from affect_store.flows.steps.comparisons import compare_current, renew_outdated_metrics
from affect_store.flows.steps.rating_rows import store_ratings
from affect_store.models.evaluation.evaluate import METRICS, OVERALL_METRICS, WITHOUT_REFERENCES
from affect_store.store.engine import clock, reader
from affect_store.store.engine.settings import put_setting
from affect_store.store.engine.sql_files import sql
from affect_store.store.engine.work_store import open_work
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.types import NO_RATINGS, Ratings
from affect_store.store.vocabulary import RATING_METRICS
from tests.stores import clean
from tests.stores.design import image_id

INTERVALS = "SELECT part, slice, metric, low, high, method FROM registry.metrics WHERE run_id = $run_id ORDER BY ALL"
OUTDATED = """UPDATE registry.metrics SET low = 0, high = 0,
method = 'percentile bootstrap over 6 people, 1000 draws, 95%' WHERE run_id = $run_id"""

OF_AN_OLDER_VERSION = """DELETE FROM registry.metrics WHERE run_id = $run_id AND (contains(metric, 'brier')
OR contains(metric, 'perfect')
OR metric IN ('accuracy_without_references', 'balanced_accuracy', 'cohen_kappa', 'matthews_correlation',
'confusion_entropy'))"""


def test_bootstrap_intervals_of_older_versions_are_computed_again(tmp_path: Path) -> None:
    with open_work(clean.copy(tmp_path)) as connection:
        run = {"run_id": reader.query_frame(connection, "registry/select_run_ids")["run_id"][0]}
        connection.execute("UPDATE registry.comparisons SET low = 0, high = 0, value = 0.5")
        renew_outdated_metrics(connection)
        assert connection.execute("SELECT DISTINCT value FROM registry.comparisons").fetchall() == [(0.5,)]
        known = connection.execute(INTERVALS, run).fetchall()
        connection.execute(OUTDATED, run)
        assert connection.execute(INTERVALS, run).fetchall() != known
        renew_outdated_metrics(connection)
        assert connection.execute(INTERVALS, run).fetchall() == known
        assert connection.execute("SELECT count(*) FROM registry.comparisons WHERE value = 0.5").fetchall() == [(0,)]


def test_runs_that_lack_the_metrics_of_this_version_are_measured_again(tmp_path: Path) -> None:
    with open_work(clean.copy(tmp_path)) as connection:
        run = {"run_id": reader.query_frame(connection, "registry/select_run_ids")["run_id"][0]}
        known = connection.execute(INTERVALS, run).fetchall()
        connection.execute("UPDATE registry.metrics SET value = 0.5 WHERE metric = 'accuracy'")
        renew_outdated_metrics(connection)
        assert connection.execute(INTERVALS, run).fetchall() == known
        changed = "SELECT DISTINCT run_id FROM registry.metrics WHERE metric = 'accuracy' AND value <> 0.5"
        assert connection.execute(changed).fetchall() == []
        connection.execute(OF_AN_OLDER_VERSION, run)
        renew_outdated_metrics(connection)
        assert connection.execute(INTERVALS, run).fetchall() == known
        assert connection.execute(changed).fetchall() == [(run["run_id"],)]


def test_comparisons_of_an_older_revision_are_made_again(tmp_path: Path) -> None:
    with open_work(clean.copy(tmp_path)) as connection:
        compare_current(connection)
        connection.execute("UPDATE registry.comparisons SET value = 0.5")
        renew_outdated_metrics(connection)
        assert connection.execute("SELECT DISTINCT value FROM registry.comparisons").fetchall() == [(0.5,)]
        put_setting(connection, SettingKey.COMPARED_RUNS, "the checksum of an older version")
        renew_outdated_metrics(connection)
        assert connection.execute("SELECT count(*) FROM registry.comparisons WHERE value = 0.5").fetchall() == [(0,)]


def test_the_leaderboard_shows_the_mean_of_the_seeds(tmp_path: Path) -> None:
    with open_work(clean.copy(tmp_path)) as connection:
        run = {"run_id": reader.query_frame(connection, "registry/select_run_ids")["run_id"][0]}
        for statement in (
            "INSERT INTO registry.runs SELECT * REPLACE ('second' AS run_id, seed + 1 AS seed) FROM registry.runs "
            "WHERE run_id = $run_id",
            "INSERT INTO registry.metrics SELECT * REPLACE ('second' AS run_id, value / 2 AS value) "
            "FROM registry.metrics WHERE run_id = $run_id",
        ):
            connection.execute(statement, run)
        connection.execute(sql("views/leaderboard"))
        (first,) = connection.execute(
            "SELECT value FROM registry.metrics WHERE run_id = $run_id AND part = 'test' AND slice = 'all' "
            "AND metric = 'accuracy'", run,
        ).fetchone()  # type: ignore[misc]  # fmt: skip
        row = (
            "SELECT run_id, n_runs, accuracy, least_accuracy, greatest_accuracy FROM leaderboard WHERE run_id = $run_id"
        )
        assert first and connection.execute(row, run).fetchall() == [
            (run["run_id"], 2, 0.75 * first, first / 2, first)
        ]  # fmt: skip


RATED = "SELECT DISTINCT metric, value FROM registry.metrics WHERE slice = 'all' AND metric = 'agreement'"
PLAIN = """SELECT run_id, part, slice, metric, value, low, high FROM registry.metrics
WHERE NOT list_contains($names, metric) AND NOT starts_with(slice, 'intensity=') ORDER BY ALL"""


def test_metrics_are_computed_again_when_ratings_change_and_only_then(tmp_path: Path) -> None:
    rated = [image_id(cell) for cell in clean.DESIGN.cells()]
    names = {"names": list(RATING_METRICS)}
    with open_work(clean.copy(tmp_path)) as connection:
        before = connection.execute(PLAIN, names).fetchall()
        for agreement in (0.75, 0.5):
            ratings = [(photograph, Ratings(agreement, 1.0 + index % 5)) for index, photograph in enumerate(rated)]
            store_ratings(connection, ratings, clock.now())
            renew_outdated_metrics(connection)
            assert connection.execute(RATED).fetchall() == [("agreement", agreement)]
            assert connection.execute(PLAIN, names).fetchall() == before
        connection.execute("UPDATE registry.metrics SET value = 0.25 WHERE metric = 'agreement'")
        renew_outdated_metrics(connection)
        assert connection.execute(RATED).fetchall() == [("agreement", 0.25)]


def test_withdrawn_ratings_leave_no_metrics(tmp_path: Path) -> None:
    with open_work(clean.rated_copy(tmp_path)) as connection:
        assert connection.execute(RATED).fetchall()
        withdrawn = [(image_id(cell), NO_RATINGS) for cell in clean.DESIGN.cells()]
        store_ratings(connection, withdrawn, clock.now())
        renew_outdated_metrics(connection)
        assert connection.execute(RATED).fetchall() == []
        thirds = "SELECT count(*) FROM registry.metrics WHERE starts_with(slice, 'intensity=')"
        assert connection.execute(thirds).fetchall() == [(0,)]


def test_the_leaderboard_has_a_column_per_metric_of_the_test_part(tmp_path: Path) -> None:
    with open_work(clean.copy(tmp_path)) as connection:
        stored = "SELECT metric, value FROM registry.metrics WHERE part = 'test' AND slice = 'all' AND run_id = $run_id"
        connection.execute(sql("views/leaderboard"))
        rows = connection.execute("FROM leaderboard WHERE n_runs = 1 AND accuracy IS NOT NULL").pl().to_dicts()
        for row in rows:
            metrics = dict(connection.execute(stored, {"run_id": row["run_id"]}).fetchall())
            assert {name: row[name] for name in (*METRICS, *OVERALL_METRICS, WITHOUT_REFERENCES)} == metrics
    assert rows
