"""A clean store passes both stages; an audit leaves no lock, writes nothing, and believes no check that did not run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from store.errors import StoreError
from store.tables import catalog
from store.tables.connection import prepare
from validation import engine
from validation import suites as suites_module
from validation.audit import audit
from validation.relations import ROWS_COUNTED, Relation
from validation.suites import STAGES, Suite
from validation.verdict import Verdict


@pytest.fixture(scope="module")
def verdicts(guarded: Path) -> dict[str, Verdict]:
    """Both stages of the clean store."""
    return {stage: audit(guarded, audit_id=f"clean-{stage}", stage=stage) for stage in STAGES}


@pytest.mark.parametrize("stage", STAGES)
def test_clean_store_passes(stage: str, verdicts: dict[str, Verdict]) -> None:
    assert verdicts[stage].failures == ()
    assert verdicts[stage].passed


def test_a_second_corpus_beside_the_one_that_is_split_is_no_fault(guarded: Path, tmp_path: Path) -> None:
    work = tmp_path / "work.duckdb"
    shutil.copy(guarded, work)
    new_id = "repeat('f', 64)"
    with duckdb.connect(str(work)) as connection:
        connection.execute(
            f"INSERT INTO catalogue.images BY NAME (SELECT * REPLACE ({new_id} AS image_id, 'other' AS corpus, "
            "'other-1' AS subject_id, '/one.jpg' AS path) FROM catalogue.images WHERE excluded_reason IS NULL LIMIT 1)"
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
    wanted = {table.qualified for table in catalog.TABLES if table.schema in STAGES[stage]}
    assert {finding.suite for finding in verdicts[stage].findings} == wanted == set(verdicts[stage].raw)


def test_results_are_rows_of_quality_results(verdicts: dict[str, Verdict]) -> None:
    table = catalog.BY_NAME["quality.results"]
    results = pl.concat(verdict.results for verdict in verdicts.values())
    assert tuple(results.columns) == table.columns
    results.to_arrow().cast(catalog.arrow_schema(table))
    assert results.select(table.key).is_unique().all()
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA quality")
        connection.execute(catalog.ddl(table))
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
    rule = Relation("features.services", "asks for what is not there", "find_self_references")
    monkeypatch.setattr(suites_module, "RELATIONS", (rule,))
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
    assert {finding.check for finding in verdict.failures} == {ROWS_COUNTED}
    assert {finding.suite for finding in verdict.failures} == {"catalogue.images", "splits.assignments"}


def test_no_store_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store to audit"):
        audit(tmp_path / "work.duckdb", audit_id="none")
    (tmp_path / "text.duckdb").write_text("not a database, but long enough to be taken for one" * 100)
    with pytest.raises(StoreError, match=r"text\.duckdb"):
        audit(tmp_path / "text.duckdb", audit_id="none")


def test_a_store_that_someone_writes_to_is_told(guarded: Path) -> None:
    with duckdb.connect(guarded), pytest.raises(StoreError, match="this process has"):
        audit(guarded, audit_id="busy", tables=["features.services"])


def test_an_audit_says_nothing_writes_nothing_and_stays_off_the_network(guarded: Path, tmp_path: Path) -> None:
    script = (
        "import socket, sys, pathlib\n"
        "def refuse(*_): raise SystemExit('network')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from validation.audit import audit\n"
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
