"""The tables of a split's parts: rows that differ are written, and the result is that of writing all."""

from collections.abc import Callable
from pathlib import Path

import pytest

from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.splits import store_splits
from affect_store.store.engine import reader, split_tables
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.settings import get_setting, put_setting
from affect_store.store.engine.split_tables import replace_split_tables
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.vocabulary import PARTS
from tests.stores import clean
from tests.stores.changes import add_corpus, add_person, add_split, correct_label, quarantine

Row = tuple[object, ...]


def rows_of(connection: Connection) -> dict[str, list[Row]]:
    """Every row of the three tables, in the order of ids."""
    return {part: connection.execute(f"FROM splits.{part} ORDER BY image_id").fetchall() for part in PARTS}


def changed(home: Home) -> tuple[int, dict[str, list[Row]], dict[str, list[Row]]]:
    """Split again; returns the number of rows written, the rows, and those that are written if all are."""
    materialize_deltas(home)
    split_id = store_splits(home, seed=clean.DESIGN.seed, corpora=[clean.CORPUS])["by_person"]
    with open_work(home) as connection:
        split = reader.frozen_split(connection, split_id)
        received = rows_of(connection)
        put_setting(connection, SettingKey.MATERIALIZED_SPLIT, "")
        written = replace_split_tables(connection, split)
        return written, received, rows_of(connection)


@pytest.mark.parametrize("longest_list", [1, 1_024])
@pytest.mark.parametrize("change", [add_person, add_corpus, add_split, correct_label, quarantine])
def test_the_rows_are_those_of_writing_all(
    change: Callable[[Home], None], longest_list: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(split_tables, "MAX_NEW_ROWS", longest_list)
    home = clean.copy(tmp_path)
    change(home)
    written, received, expected = changed(home)
    assert written == sum(map(len, expected.values())) > 0
    assert received == expected


def test_only_rows_that_differ_are_written(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    with open_work(home) as connection:
        split_id = get_setting(connection, SettingKey.MATERIALIZED_SPLIT) or ""
        split = reader.frozen_split(connection, split_id)
        assert replace_split_tables(connection, split) == 0
        connection.execute("DELETE FROM splits.train WHERE rowid < 3")
        assert replace_split_tables(connection, split) == 3
    add_person(home)
    with open_work(home) as connection:
        newest = reader.frozen_split(connection, get_setting(connection, SettingKey.MATERIALIZED_SPLIT) or "")
        before, members = (len(reader.split_rows(connection, each)) for each in (split, newest))
        assert newest != split and replace_split_tables(connection, split) == 0
        assert replace_split_tables(connection, newest) == members - before > 0
