"""A clean store passes; an audit leaves no lock, writes nothing, and fails on checks that did not run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from affect_store.flows.steps.audits import audit_stage
from affect_store.store.engine.duckdb import SCHEMA_VERSION, prepare, schema_version
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from affect_store.store.schema import tables
from affect_store.validation.audit import STATE_CHECK, audit
from affect_store.validation.gx import engine
from affect_store.validation.gx import suites as suites_module
from affect_store.validation.gx.suites import STAGES, Suite
from affect_store.validation.rules import ROW_COUNT, Rule
from affect_store.validation.verdict import Verdict
from tests.stores import clean
from tests.validation.planting import METRICS


@pytest.fixture(scope="module")
def verdicts(guarded: Path) -> dict[str, Verdict]:
    """Audits of all stages of the clean store."""
    return {stage: audit(guarded, audit_id=f"clean-{stage}", stage=stage) for stage in STAGES}


@pytest.mark.parametrize("stage", STAGES)
def test_clean_store_passes(stage: str, verdicts: dict[str, Verdict]) -> None:
    assert verdicts[stage].failures == ()
    assert verdicts[stage].passed


@pytest.mark.parametrize(
    ("metric", "value"),
    [("cohen_kappa", -0.5), ("matthews_correlation", -0.5), ("brier_score_scaled", 1.5), ("confusion_entropy", 5.5)],
)
def test_a_metric_may_have_every_value_of_its_range(unguarded: Path, tmp_path: Path, metric: str, value: float) -> None:
    work = tmp_path / "work.duckdb"
    shutil.copy(unguarded, work)
    with duckdb.connect(str(work)) as connection:
        statement = f"UPDATE {METRICS} SET value = $value, low = NULL, high = NULL WHERE metric = $metric RETURNING 1"
        assert connection.execute(statement, {"value": value, "metric": metric}).fetchall()
    verdict = audit(work, audit_id="ranges", stage="results", tables=[METRICS])
    assert "metric in its range" not in {finding.check for finding in verdict.failures}


@pytest.mark.long
def test_a_second_corpus_beside_the_split_one_is_no_fault(guarded: Path, tmp_path: Path) -> None:
    work = tmp_path / "work.duckdb"
    shutil.copy(guarded, work)
    new_id = "repeat('f', 64)"
    with duckdb.connect(str(work)) as connection:
        connection.execute(
            f"INSERT INTO catalogue.images BY NAME (SELECT * REPLACE ({new_id} AS image_id, 'other' AS corpus, "
            "replace(subject_id, corpus, 'other') AS subject_id, '/other' || path AS path) "
            "FROM catalogue.images WHERE excluded_reason IS NULL LIMIT 1)"
        )
        connection.execute(
            "INSERT INTO catalogue.labels BY NAME SELECT image_id, ingested_at AS known_at, subject_id, sex, "
            "population, age, emotion, camera_angle_deg, gaze FROM catalogue.images WHERE corpus = 'other'"
        )
        connection.execute(
            f"INSERT INTO features.misses BY NAME SELECT {new_id} AS image_id, view, version, 'no face' AS reason, "
            "now() AS created_at FROM features.views"
        )
    assert audit(work, audit_id="two", stage="features").failures == ()


@pytest.mark.parametrize("stage", STAGES)
def test_every_table_of_the_stage_is_checked(stage: str, verdicts: dict[str, Verdict]) -> None:
    wanted = {table.qualified for table in tables.TABLES if table.schema in STAGES[stage]}
    assert {finding.suite for finding in verdicts[stage].findings} == wanted == set(verdicts[stage].raw)


def test_results_are_rows_of_quality_results(verdicts: dict[str, Verdict]) -> None:
    table = tables.BY_NAME["quality.results"]
    results = pl.concat(verdict.results for verdict in verdicts.values())
    assert tuple(results.columns) == table.columns
    results.to_arrow().cast(tables.arrow_schema(table))
    assert results.select(table.key).is_unique().all()
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA quality")
        connection.execute(tables.ddl(table))
        connection.register("arriving", results.to_arrow())
        connection.execute("INSERT INTO quality.results SELECT * FROM arriving")


def test_no_lock_is_left(guarded: Path, verdicts: dict[str, Verdict]) -> None:
    with duckdb.connect(guarded) as connection:
        connection.execute("CREATE TABLE main.is_writable (x INTEGER)")
        connection.execute("DROP TABLE main.is_writable")


def test_no_lock_is_left_where_the_audit_itself_breaks(guarded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source: object, store: object, suite: Suite) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(engine, "run", broken)
    with pytest.raises(RuntimeError, match="broken"):
        audit(guarded, audit_id="broken")
    duckdb.connect(guarded).close()


def test_a_check_that_raises_fails(guarded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Rule("features.services", "asks for what is not there", "find/self_references")
    monkeypatch.setattr(suites_module, "RULES", (rule,))
    verdict = audit(guarded, audit_id="raises", tables=["features.services"])
    assert [finding.check for finding in verdict.failures] == [rule.name]
    assert "did not run" in verdict.failures[0].observed and "image_id" in verdict.failures[0].observed
    assert not verdict.passed


def test_a_suite_that_raises_fails_every_check(guarded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(*_: object, **__: object) -> None:
        raise ValueError("out of order")

    monkeypatch.setattr("great_expectations.datasource.fluent.interfaces.Batch.validate", raising)
    verdict = audit(guarded, audit_id="raises", tables=["features.services"])
    assert verdict.failures == verdict.findings != ()


def test_a_check_without_an_answer_fails(guarded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from great_expectations.core import ExpectationSuiteValidationResult

    def mute(*_: object, **__: object) -> ExpectationSuiteValidationResult:
        return ExpectationSuiteValidationResult(success=True, results=[], suite_name="mute")

    monkeypatch.setattr("great_expectations.datasource.fluent.interfaces.Batch.validate", mute)
    assert not audit(guarded, audit_id="mute", tables=["features.services"]).passed


def test_an_audit_of_nothing_has_not_passed(guarded: Path) -> None:
    assert not audit(guarded, audit_id="nothing", tables=[]).passed


def test_an_empty_store_does_not_pass(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with duckdb.connect(path) as connection:
        prepare(connection)
    verdict = audit(path, audit_id="empty", tables=["catalogue.images", "catalogue.rejects", "splits.assignments"])
    assert {finding.check for finding in verdict.failures} == {ROW_COUNT}
    assert {finding.suite for finding in verdict.failures} == {"catalogue.images", "splits.assignments"}


def test_no_store_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store to audit"):
        audit(tmp_path / "work.duckdb", audit_id="none")
    (tmp_path / "text.duckdb").write_text("not a database, but long enough to be taken for one" * 100)
    with pytest.raises(StoreError, match=r"text\.duckdb"):
        audit(tmp_path / "text.duckdb", audit_id="none")


def test_a_store_open_for_writing_is_reported(guarded: Path) -> None:
    with duckdb.connect(guarded), pytest.raises(StoreError, match="this process has"):
        audit(guarded, audit_id="busy", tables=["features.services"])


@pytest.mark.long
def test_an_audit_prints_nothing_writes_nothing_and_stays_off_the_network(guarded: Path, tmp_path: Path) -> None:
    script = (
        "import socket, sys, pathlib\n"
        "def refuse(*_): raise SystemExit('network')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from affect_store.validation.audit import audit\n"
        "assert audit(pathlib.Path(sys.argv[1]), audit_id='x', tables=['features.services']).passed\n"
    )
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "TMPDIR": str(home), "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", script, str(guarded)],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(home.rglob("*")) == []


@pytest.mark.parametrize("table", ["features.misses", "catalogue.images"])
def test_an_audit_that_cannot_read_what_is_quarantined_fails(table: str, unguarded: Path, tmp_path: Path) -> None:
    work = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    with duckdb.connect(work) as connection:
        connection.execute(f"ALTER TABLE {table} RENAME TO moved")
    verdict = audit(work, audit_id="blind", stage="splits", tables=["splits.sets"])
    blind = [finding for finding in verdict.findings if finding.check == STATE_CHECK]
    assert blind and not verdict.passed and all(finding.stops for finding in blind)
    assert all(finding.observed.startswith("the check did not run: ") for finding in blind)
    assert table.partition(".")[2] in blind[0].observed


def test_a_store_of_an_older_schema_version_is_not_compared_column_by_column(tmp_path: Path) -> None:
    home = older_home(tmp_path)
    with pytest.raises(
        StoreError, match=f"schema version {SCHEMA_VERSION} to audit, received version 3: `affect run` and the flow `a"
    ):
        audit(home.work, audit_id="older")


def test_the_flow_audit_migrates_a_store_of_an_older_schema_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, versions = older_home(tmp_path), []

    def audited(work: Path, **_: object) -> None:
        with duckdb.connect(work, read_only=True) as connection:
            versions.append(schema_version(connection))
        raise InterruptedError

    monkeypatch.setattr("affect_store.validation.audit.audit", audited)
    with pytest.raises(InterruptedError):
        audit_stage(home, "rows")
    assert versions == [SCHEMA_VERSION]


def older_home(folder: Path) -> Home:
    """Return a home whose store says that it is of schema version 3."""
    home = clean.copy(folder)
    with duckdb.connect(home.work) as connection:
        connection.execute("UPDATE quality.settings SET setting = '3' WHERE key = 'schema_version'")
        connection.execute(
            "CREATE OR REPLACE TABLE features.misses AS "
            "SELECT * EXCLUDE (quarantine_status, checks, checksum) FROM features.misses"
        )
    return home
