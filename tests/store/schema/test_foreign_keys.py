"""Foreign keys: columns of one type, and on a real store every value names a row."""

import pytest

from affect_store.store.engine.published_store import open_published
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.foreign_keys import HISTORIES, ForeignKey, foreign_keys
from affect_store.store.schema.tables import BY_NAME
from tests.stores.known import small_home

KEYS = foreign_keys()


def test_columns_exist_and_have_the_type_of_the_column_that_they_refer_to() -> None:
    for key in KEYS:
        assert key.column in BY_NAME[key.table].columns and key.target_column in BY_NAME[key.target].columns
        assert key.target_column in BY_NAME[key.target].key
        assert FIELDS[key.column].sql_type == FIELDS[key.target_column].sql_type
    assert len(set(KEYS)) == len(KEYS) and set(BY_NAME) >= HISTORIES


def test_every_column_that_names_a_photograph_a_run_or_a_split_is_one() -> None:
    known = {(key.table, key.column) for key in KEYS} | {(key.target, key.target_column) for key in KEYS}
    for table in BY_NAME.values():
        for column in table.columns:
            if column.endswith(("image_id", "run_id", "split_id")) and table.qualified not in HISTORIES:
                assert (table.qualified, column) in known


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.table}.{key.column}")
def test_every_value_names_a_row(key: ForeignKey) -> None:
    query = (
        f"SELECT count(*) FROM {key.table} AS own WHERE {key.column} IS NOT NULL AND NOT EXISTS "
        f"(FROM {key.target} AS other WHERE other.{key.target_column} = own.{key.column})"
    )
    connection = open_published(small_home())
    try:
        assert connection.execute(query).fetchone() == (0,)
    finally:
        connection.close()
