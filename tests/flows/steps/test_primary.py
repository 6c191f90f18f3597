"""A primary comparison is declared, listed, and counts only if neither system was trained before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from affect_store.flows.cli.app import app
from affect_store.flows.steps.comparisons import compare_current, is_compared, renew_outdated_metrics
from affect_store.flows.steps.primary import declare_primary, list_declarations
from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.primary_comparison import declaration_hash
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError, UnknownNameError
from affect_store.store.home import Home
from tests.stores import clean

PAIR = ("mm1", "corrected"), ("general_mlp", "corrected")
BY_PERSON = "by_person"


def affect(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["primary", *arguments, "--home", str(home.root)])


def pretend_later_start(connection: Connection) -> None:
    """Move the start of all runs to a minute after the latest declaration."""
    connection.execute(
        "UPDATE registry.runs SET started_at = (SELECT max(declared_at) FROM registry.declarations) + INTERVAL 1 MINUTE"
    )


def states(home: Home) -> list[str]:
    return [row[-1] for row in list_declarations(home).rows]


def test_a_declaration_before_training_counts_and_the_latest_replaces_the_others(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    assert declare_primary(home, *PAIR, "folds", 0.05).startswith("declared before training; neither")
    declare_primary(home, *PAIR[::-1], BY_PERSON, 0.03)
    first, second = list_declarations(home).rows
    assert first[2:6] == ("general_mlp corrected", "mm1 corrected", BY_PERSON, 0.03)
    assert second[-1] == "replaced by a later declaration" and first[0] > second[0]


def test_a_declaration_after_training_does_not_count(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    assert declare_primary(home, *PAIR, BY_PERSON, 0.05) == "declared after training: adjusted like the other pairs"
    with open_work(home) as connection:
        pretend_later_start(connection)
    assert states(home) == ["declared before training"]


def test_folds_and_members_of_an_ensemble_count_as_training(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    declare_primary(home, *PAIR, BY_PERSON, 0.05)
    early = """INSERT INTO registry.runs SELECT * REPLACE ('early' AS run_id, 'lda' AS model, {pooled} AS pooled_run_id,
        started_at - INTERVAL 1 HOUR AS started_at) FROM registry.runs WHERE model = 'mm1'"""
    with open_work(home) as connection:
        (run_id,) = connection.execute("SELECT run_id FROM registry.runs WHERE model = 'mm1'").fetchone() or ("",)
        pretend_later_start(connection)
        later = "SELECT first_run_at - declared_at FROM registry.declared"
        assert connection.execute(later).fetchall() == [(timedelta(minutes=1),)]
        connection.execute(early.format(pooled=f"'{run_id}'"))
        assert connection.execute(later).fetchall() == [(timedelta(minutes=-59),)]
        connection.execute("DELETE FROM registry.runs WHERE run_id = 'early'")
        connection.execute(early.format(pooled="NULL"))
        assert connection.execute(later).fetchall() == [(timedelta(minutes=1),)]
        connection.execute(
            """UPDATE registry.runs SET parameters = '{"members": [{"run_id": "early"}]}' WHERE model = 'general_mlp'"""
        )
        assert connection.execute(later).fetchall() == [(timedelta(minutes=-59),)]
    assert states(home)[0].startswith("declared after training")


def test_stored_comparisons_are_computed_again_when_the_declaration_changes(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    methods = "SELECT method FROM registry.comparisons WHERE metric = 'accuracy' AND p IS NOT NULL"
    with open_work(home) as connection:
        compare_current(connection)
        assert is_compared(connection)
    declare_primary(home, *PAIR, BY_PERSON, 0.2)
    with open_work(home) as connection:
        assert is_compared(connection)
        margins = "SELECT DISTINCT value, method FROM registry.comparisons WHERE metric = 'equivalence'"
        assert all("0.2" in method for _, method in connection.execute(margins).fetchall())
        declarations = reader.query_frame(connection, "registry/select_declarations")
        connection.execute("DELETE FROM registry.declarations")
        assert not is_compared(connection)
        renew_outdated_metrics(connection)
        assert is_compared(connection)
        assert not any("declared" in method for (method,) in connection.execute(methods).fetchall())
        assert all("0.05" in method for _, method in connection.execute(margins).fetchall())
    assert declarations.height == 1


def test_the_hash_is_of_everything_that_was_declared(tmp_path: Path) -> None:
    home = Home(tmp_path)
    declare_primary(home, *PAIR, "folds", 0.05)
    with open_work(home) as connection:
        row = reader.query_frame(connection, "registry/select_declarations").row(0, named=True)
    assert declaration_hash(row) == row["hash"] and len(row["hash"]) == 64
    changes = {"margin": 0.1, "model": "lda", "strategy": BY_PERSON, "declared_at": row["declared_at"] + timedelta(1)}
    assert all(declaration_hash({**row, name: value}) != row["hash"] for name, value in changes.items())


def test_wrong_declarations_are_refused(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    with pytest.raises(StoreError, match="expected two different systems, received mm1 corrected twice"):
        declare_primary(home, PAIR[0], PAIR[0], "folds", 0.05)
    with pytest.raises(UnknownNameError, match="there is no model 'mm11'; did you mean mm1"):
        declare_primary(home, ("mm11", "corrected"), PAIR[1], "folds", 0.05)
    for margin in (0.0, 1.0, float("nan")):
        with pytest.raises(StoreError, match="expected a margin between 0 and 1"):
            declare_primary(home, *PAIR, "folds", margin)
    assert not home.root.exists()


def test_the_command_declares_and_shows(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    assert "there is no store" in affect(home).stderr
    done = affect(home, "mm1", "lda", "--split", BY_PERSON, "--margin", "0.04")
    assert done.exit_code == 0 and "declared before training" in done.stdout and "0.04" in done.stdout
    shown = affect(home).stdout
    assert "mm1 corrected" in shown and "lda corrected" in shown
    hashed = list_declarations(home).rows[0][1]
    assert hashed[:12] in shown and f"SHA-256 of the declaration: {hashed}" in done.stdout.replace("\n", " ")
    assert "expected two systems" in affect(home, "mm1").stderr
    assert affect(home, "mm1", "mm1", "--other-recipe", "published").exit_code == 0


def test_a_home_without_a_declaration_says_so(tmp_path: Path) -> None:
    assert "No primary comparison is declared" in affect(clean.copy(tmp_path)).stdout
