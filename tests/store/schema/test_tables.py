"""The catalogue and the database agree, every field is used, and the guards refuse what they must."""

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from affect_store.store.engine import clock, write
from affect_store.store.engine.duckdb import Connection, prepare
from affect_store.store.schema.declarations import Table
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.tables import BY_NAME, TABLES, arrow_schema, ddl
from affect_store.store.vocabulary import PIXEL_BYTES, VECTOR_LENGTH


@pytest.fixture
def connection() -> Connection:
    opened = duckdb.connect()
    prepare(opened)
    return opened


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.qualified)
def test_the_databases_columns_are_the_catalogues(connection: Connection, table: Table) -> None:
    columns = connection.execute(f"DESCRIBE {table.qualified}").fetchall()
    assert [row[0] for row in columns] == list(table.columns)
    expected = {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}
    assert [row[1] for row in columns] == [expected.get(FIELDS[n].sql_type, FIELDS[n].sql_type) for n in table.columns]
    assert {row[0] for row in columns if row[2] == "YES"} == set(table.nullable)
    assert [row[0] for row in columns if row[3] == "PRI"] == [name for name in table.columns if name in table.key]


def test_every_field_is_used_and_every_column_is_a_field() -> None:
    used = {name for table in TABLES for name in table.columns}
    assert used == set(FIELDS)


def test_every_field_has_a_meaning_and_names_carry_their_unit() -> None:
    for field in FIELDS.values():
        assert field.meaning and field.meaning == field.meaning.strip()
        for suffix, unit in (("_px", "pixels"), ("_deg", "degrees"), ("_s", "seconds")):
            if field.name.endswith(suffix):
                assert field.unit == unit, field.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.qualified)
def test_keys_are_columns_that_are_never_null(table: Table) -> None:
    assert set(table.key) <= set(table.columns) and not set(table.key) & table.nullable
    assert arrow_schema(table).names == list(table.columns)


def landmarks(value: float) -> dict[str, object]:
    xyz = np.zeros((1, VECTOR_LENGTH), np.float32)
    xyz[0, 700] = value
    return {"image_id": ["a"], "version": ["v"], "xyz": xyz, "seal": ["s"], "created_at": [clock.now()]}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_vector_that_is_not_finite_is_refused_by_the_database(connection: Connection, value: float) -> None:
    rows = write.batch("features.landmarks", landmarks(value))
    with pytest.raises(duckdb.ConstraintException, match="isfinite"):
        write.append(connection, "features.landmarks", rows)
    assert write.count(connection, "features.landmarks") == 0


def test_a_null_inside_a_vector_is_refused_by_the_database(connection: Connection) -> None:
    with pytest.raises(duckdb.ConstraintException, match="isfinite"):
        connection.execute(
            f"INSERT INTO features.landmarks SELECT 'a', 'v', list_resize([NULL::FLOAT], {VECTOR_LENGTH}, 0)"
            f"::FLOAT[{VECTOR_LENGTH}], NULL, NULL, NULL, 's', now()"
        )


def test_a_row_is_stored_once_and_what_is_stored_does_not_change(connection: Connection) -> None:
    first = write.batch("features.landmarks", landmarks(1.0))
    assert write.append(connection, "features.landmarks", first) == 1
    assert write.append(connection, "features.landmarks", write.batch("features.landmarks", landmarks(2.0))) == 0
    stored = connection.execute("SELECT xyz[701] FROM features.landmarks").fetchone()
    assert stored == (1.0,)


def test_a_thumbnail_of_another_size_is_refused(connection: Connection) -> None:
    columns = {"image_id": ["a"], "version": ["v"], "rgb": [b"\0" * (PIXEL_BYTES - 1)], "created_at": [clock.now()]}
    columns |= {"seal": ["s"]}
    with pytest.raises(duckdb.ConstraintException, match="octet_length"):
        write.append(connection, "features.pixels", write.batch("features.pixels", columns))


def test_a_word_outside_the_vocabulary_is_refused(connection: Connection) -> None:
    with pytest.raises(duckdb.ConstraintException):
        connection.execute("INSERT INTO splits.assignments VALUES ('s', 'a', 'holdout')")


def test_an_unknown_column_is_named() -> None:
    with pytest.raises(Exception, match="has no column colour"):
        write.batch("features.misses", {"colour": ["red"]})


def test_batches_have_the_catalogues_schema() -> None:
    rows = write.batch("features.landmarks", landmarks(0.0))
    assert isinstance(rows, pa.Table) and rows.schema == arrow_schema(BY_NAME["features.landmarks"])


def test_preparing_twice_changes_nothing(connection: Connection) -> None:
    before = connection.execute("FROM catalogue.emotions").fetchall()
    prepare(connection)
    assert connection.execute("FROM catalogue.emotions").fetchall() == before


def test_statements_are_built_once(connection: Connection) -> None:
    built = ddl.cache_info().misses
    prepare(connection)
    assert ddl.cache_info().misses == built > 0
