"""Writing functions that no test of a flow covers."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.run_updates import delete_run
from affect_store.store.engine.settings import get_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.schema.tables import BY_NAME
from affect_store.store.vocabulary import EMOTIONS, VECTOR_LENGTH


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def add_run(connection: Connection, run_id: str, detail: str | None) -> None:
    """A completed run with one prediction."""
    shared = {
        "run_id": [run_id],
        "configuration": [run_id],
        "model": ["cnn"],
        "recipe": ["corrected"],
        "split_id": ["s"],
        "seed": [7],
    }
    names = {name: ["x"] for name in ("service", "service_version", "code_version")}
    json = {name: ["{}"] for name in ("feature_versions", "library_versions", "parameters")}
    moments = {name: [clock.now()] for name in ("started_at", "requested_at")}
    ended = {"duration_s": [1.0], "status": ["completed"], "status_detail": [detail]}
    write.append(connection, "registry.runs", write.batch("registry.runs", shared | names | json | moments | ended))
    probabilities = {f"{name}_prob": [0.125] for name in EMOTIONS}
    prediction = {
        "run_id": [run_id],
        "image_id": ["a"],
        "part": ["test"],
        "truth": [0],
        "predicted": [0],
        "temperature": [1.0],
    }
    write.append(connection, "registry.predictions", write.batch("registry.predictions", prediction | probabilities))


def test_a_run_whose_weights_were_pruned_is_trained_again_and_replaces_itself(home: Home) -> None:
    with open_work(home) as connection:
        add_run(connection, "kept", None)
        add_run(connection, "pruned", "weights pruned on 2026-11-23")
        assert reader.query_frame(connection, "registry/select_trained_runs")["run_id"].to_list() == ["kept"]
        delete_run(connection, "pruned")
        add_run(connection, "pruned", None)
        assert set(reader.query_frame(connection, "registry/select_trained_runs")["run_id"]) == {"kept", "pruned"}
        assert write.count(connection, "registry.predictions") == 2


def test_rows_are_stored_in_order_and_only_the_first_of_each_key(home: Home) -> None:
    """Rows of a split are read in the order of their ids, and sums over the rows must not differ from run to run."""
    n_rows = 2000
    ids = [f"{number:05d}" for number in range(n_rows)]
    moment = clock.now()

    def append(connection: Connection, image_ids: list[str], reason: str) -> int:
        columns: dict[str, Any] = {
            "image_id": image_ids,
            "view": ["v"] * len(image_ids),
            "version": ["1"] * len(image_ids),
        }
        columns |= {"reason": [reason] * len(image_ids), "created_at": [moment] * len(image_ids)}
        return write.append(connection, "features.misses", write.batch("features.misses", columns))

    with open_work(home) as connection:
        assert append(connection, [ids[7], ids[3], ids[7]], "first") == 2
        assert append(connection, ids[::-1], "second") == n_rows - 2
        rows = connection.execute("SELECT image_id, reason FROM features.misses").fetchall()
    assert [row[0] for row in rows] == [ids[7], ids[3], *(i for i in ids[::-1] if i not in (ids[7], ids[3]))]
    assert [reason for _, reason in rows[:3]] == ["first", "first", "second"]


def test_a_key_that_is_stored_is_left_out_wherever_it_is_among_new_ones(home: Home) -> None:
    def append(connection: Connection, people: list[str], corpus: str) -> int:
        columns = {"subject_id": people, "corpus": [corpus] * len(people), "decided_at": [clock.now()] * len(people)}
        return write.append(connection, "catalogue.identities", write.batch("catalogue.identities", columns))

    with open_work(home) as connection:
        assert append(connection, ["b", "d"], "old") == 2
        assert append(connection, ["a", "b", "c", "d", "e", "a"], "new") == 3
        assert append(connection, ["e", "d"], "newest") == 0
        rows = connection.execute("SELECT subject_id, corpus FROM catalogue.identities").fetchall()
    assert rows == [("b", "old"), ("d", "old"), ("a", "new"), ("c", "new"), ("e", "new")]


def test_rows_and_change_token_are_stored_together_or_not_at_all(home: Home) -> None:
    rows = write.batch("catalogue.identities", {"subject_id": ["a"], "corpus": ["c"], "decided_at": [clock.now()]})
    with open_work(home) as connection:
        before = get_setting(connection, SettingKey.CHANGE)
        with pytest.raises(ZeroDivisionError), transaction(connection):
            assert write.append(connection, "catalogue.identities", rows) == 1
            raise ZeroDivisionError
        assert write.count(connection, "catalogue.identities") == 0
        assert get_setting(connection, SettingKey.CHANGE) == before
        assert write.append(connection, "catalogue.identities", rows) == 1
        assert get_setting(connection, SettingKey.CHANGE) != before


@pytest.mark.parametrize("table", ["catalogue.identities", "features.landmarks"])
def test_two_connections_that_append_the_same_key_at_once_store_it_once(home: Home, table: str) -> None:
    """The second does not see the rows of the first: it is refused for its key, or for the change token of both."""
    values: dict[str, Any] = {
        "subject_id": ["a"],
        "corpus": ["c"],
        "decided_at": [clock.now()],
        "image_id": ["a"],
        "version": ["v"],
    }
    values |= {"xyz": np.zeros((1, VECTOR_LENGTH), np.float32), "seal": ["s"], "created_at": [clock.now()]}
    rows = write.batch(table, {name: value for name, value in values.items() if name in BY_NAME[table].columns})
    with open_work(home) as first, open_work(home) as second:
        with pytest.raises(duckdb.Error, match=r"[Cc]onflict|Duplicate key"), transaction(second):
            second.execute(f"FROM {table}").fetchall()
            write.append(first, table, rows)
            write.append(second, table, rows)
        assert write.count(second, table) == 1
        assert write.append(second, table, rows) == 0
