"""Writing functions that no test of a flow covers."""

from pathlib import Path

import pytest

from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.run_updates import delete_run
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.vocabulary import EMOTIONS


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
        columns = {"image_id": image_ids, "view": ["v"] * len(image_ids), "version": ["1"] * len(image_ids)}
        columns |= {"reason": [reason] * len(image_ids), "created_at": [moment] * len(image_ids)}
        return write.append(connection, "features.misses", write.batch("features.misses", columns))

    with open_work(home) as connection:
        assert append(connection, [ids[7], ids[3], ids[7]], "first") == 2
        assert append(connection, ids[::-1], "second") == n_rows - 2
        rows = connection.execute("SELECT image_id, reason FROM features.misses").fetchall()
    assert [row[0] for row in rows] == [ids[7], ids[3], *(i for i in ids[::-1] if i not in (ids[7], ids[3]))]
    assert [reason for _, reason in rows[:3]] == ["first", "first", "second"]
