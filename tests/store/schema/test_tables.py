"""The catalogue and the database agree, every field is used, and the guards refuse what they must."""

from contextlib import nullcontext

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from affect_store.store.engine import clock, write
from affect_store.store.engine.duckdb import Connection, prepare
from affect_store.store.errors import ShapeError
from affect_store.store.schema.declarations import Table
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.tables import APPENDED, BY_NAME, TABLES, arrow_schema, ddl, work_ddl
from affect_store.store.vocabulary import LANDMARK_COUNT, PIXEL_BYTES, VECTOR_LENGTH


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
    indexed = () if table.qualified in APPENDED else table.key
    assert [row[0] for row in columns if row[3] == "PRI"] == [name for name in table.columns if name in indexed]


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
def test_a_vector_that_is_not_finite_is_refused(connection: Connection, value: float) -> None:
    rows = write.batch("features.landmarks", landmarks(value))
    message = (
        r"features.landmarks: xyz of image_id a, version v is not valid: expected FLOAT\[1404\] with finite elements"
    )
    with pytest.raises(ShapeError, match=message):
        write.append(connection, "features.landmarks", rows)
    assert write.count(connection, "features.landmarks") == 0


def test_a_null_inside_a_vector_is_refused_and_the_row_is_named(connection: Connection) -> None:
    valid, lacking = np.zeros(VECTOR_LENGTH).tolist(), [None, *np.ones(VECTOR_LENGTH - 1).tolist()]
    columns = landmarks(0.0) | {"image_id": ["a", "b"], "xyz": [valid, lacking]}
    columns |= {name: [columns[name][0]] * 2 for name in ("version", "seal", "created_at")}  # type: ignore[index]
    with pytest.raises(ShapeError, match="image_id b, version v"):
        write.append(connection, "features.landmarks", write.batch("features.landmarks", columns))
    assert write.count(connection, "features.landmarks") == 0


def test_a_vector_that_may_be_absent_is_not_looked_for(connection: Connection) -> None:
    columns = {"image_id": ["a", "b"], "version": ["v"] * 2, "n_passes": [1, 2], "seal": ["s"] * 2}
    columns |= {"created_at": [clock.now()] * 2}
    for errors, is_refused in (([None, [0.5] * LANDMARK_COUNT], False), ([None, [np.nan] * LANDMARK_COUNT], True)):
        rows = write.batch("features.landmark_errors", columns | {"errors": errors, "version": [str(is_refused)] * 2})
        with pytest.raises(ShapeError, match="errors of image_id b") if is_refused else nullcontext():
            assert write.append(connection, "features.landmark_errors", rows) == 2


def test_a_vector_of_another_length_is_no_batch() -> None:
    with pytest.raises(pa.ArrowInvalid, match="expected 1404 but got array of size 1403"):
        write.batch("features.landmarks", landmarks(0.0) | {"xyz": [[0.0] * (VECTOR_LENGTH - 1)]})


@pytest.mark.parametrize("table", APPENDED)
def test_publications_keep_their_constraints_and_the_work_store_the_cheap_ones(table: str) -> None:
    published, work = ddl(BY_NAME[table]).splitlines(), work_ddl(BY_NAME[table]).splitlines()
    dropped = [line for line in published if line.rstrip(",") not in [other.rstrip(",") for other in work]]
    assert dropped and all("list_sum" in line or "octet_length" in line or "PRIMARY KEY" in line for line in dropped)
    assert [line.split(" CHECK")[0].rstrip(",") for line in published[:-2]] == [
        line.split(" CHECK")[0].rstrip(",") for line in work[:-1]
    ]


def test_a_row_is_stored_once_and_what_is_stored_does_not_change(connection: Connection) -> None:
    first = write.batch("features.landmarks", landmarks(1.0))
    assert write.append(connection, "features.landmarks", first) == 1
    assert write.append(connection, "features.landmarks", write.batch("features.landmarks", landmarks(2.0))) == 0
    stored = connection.execute("SELECT xyz[701] FROM features.landmarks").fetchone()
    assert stored == (1.0,)


def test_a_thumbnail_of_another_size_is_refused(connection: Connection) -> None:
    columns = {"image_id": ["a"], "version": ["v"], "rgb": [b"\0" * (PIXEL_BYTES - 1)], "created_at": [clock.now()]}
    columns |= {"seal": ["s"]}
    with pytest.raises(ShapeError, match=f"rgb of image_id a, version v is not valid: expected {PIXEL_BYTES} bytes"):
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
    built = work_ddl.cache_info().misses
    prepare(connection)
    assert work_ddl.cache_info().misses == built > 0
