"""A work store of schema version 5 takes splits across corpora once it is migrated; its splits stay."""

from pathlib import Path

import duckdb
import pytest

from affect_store.store.engine.duckdb import SCHEMA_VERSION, schema_version
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.schema.tables import Table, ddl
from affect_store.store.vocabulary import CROSS_CORPUS, FINAL
from tests.store.engine.older_store import create_tables

SPLIT = (
    "INSERT INTO splits.sets BY NAME SELECT $strategy || '-1' AS split_id, $strategy AS strategy, 1 AS seed, "
    "'{}' AS fractions, 'f' AS fingerprint, 'm' AS members_fingerprint, '{}' AS feature_versions, now() AS as_of, "
    "now() AS created_at, now() AS requested_at"
)


def old_ddl(table: Table) -> str:
    """Return the statement of a table as in version 5."""
    text = ddl(table)
    assert table.qualified != "splits.sets" or f"'{FINAL}', '{CROSS_CORPUS}'" in text
    return text.replace(f", '{CROSS_CORPUS}'", "")


def test_splits_stay_and_one_across_corpora_is_taken(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with duckdb.connect(str(home.work)) as connection:
        create_tables(connection, old_ddl)
        connection.execute("INSERT INTO quality.settings VALUES ('schema_version', '5')")
        connection.execute(SPLIT, {"strategy": FINAL})
        with pytest.raises(duckdb.ConstraintException):
            connection.execute(SPLIT, {"strategy": CROSS_CORPUS})
        before = connection.execute("FROM splits.sets").fetchall()
    with open_work(home) as connection:
        assert schema_version(connection) == SCHEMA_VERSION
        assert connection.execute("FROM splits.sets").fetchall() == before
        connection.execute(SPLIT, {"strategy": CROSS_CORPUS})
