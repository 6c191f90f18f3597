"""Writing functions that no flow's own test shows."""

from pathlib import Path

import pytest

from store.tables import read, write
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.vocabulary import EMOTIONS


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
    told = {name: ["x"] for name in ("service", "service_version", "code_version")}
    json = {name: ["{}"] for name in ("feature_versions", "library_versions", "parameters")}
    moments = {name: [write.now()] for name in ("started_at", "requested_at")}
    ended = {"duration_s": [1.0], "status": ["completed"], "status_detail": [detail]}
    write.append(connection, "registry.runs", write.batch("registry.runs", shared | told | json | moments | ended))
    chances = {f"{name}_prob": [0.125] for name in EMOTIONS}
    said = {
        "run_id": [run_id],
        "image_id": ["a"],
        "part": ["test"],
        "truth": [0],
        "predicted": [0],
        "temperature": [1.0],
    }
    write.append(connection, "registry.predictions", write.batch("registry.predictions", said | chances))


def test_a_run_whose_weights_were_pruned_is_trained_again_and_then_stands_alone(home: Home) -> None:
    with open_work(home) as connection:
        add_run(connection, "kept", None)
        add_run(connection, "pruned", "weights pruned on 2026-11-23")
        assert read.frame(connection, "select_trained_runs")["run_id"].to_list() == ["kept"]
        write.forget_run(connection, "pruned")
        add_run(connection, "pruned", None)
        assert set(read.frame(connection, "select_trained_runs")["run_id"]) == {"kept", "pruned"}
        assert write.count(connection, "registry.predictions") == 2


def test_rows_are_stored_in_their_order_and_the_first_of_a_key_counts(home: Home) -> None:
    """Rows of a split are read in the order of their ids, and sums over the rows must not differ from run to run."""
    many = 2000
    ids = [f"{number:05d}" for number in range(many)]
    moment = write.now()

    def append(connection: Connection, image_ids: list[str], reason: str) -> int:
        columns = {"image_id": image_ids, "view": ["v"] * len(image_ids), "version": ["1"] * len(image_ids)}
        columns |= {"reason": [reason] * len(image_ids), "created_at": [moment] * len(image_ids)}
        return write.append(connection, "features.misses", write.batch("features.misses", columns))

    with open_work(home) as connection:
        assert append(connection, [ids[7], ids[3], ids[7]], "first") == 2
        assert append(connection, ids[::-1], "second") == many - 2
        found = connection.execute("SELECT image_id, reason FROM features.misses").fetchall()
    assert [one for one, _ in found] == [ids[7], ids[3], *(one for one in ids[::-1] if one not in (ids[7], ids[3]))]
    assert [reason for _, reason in found[:3]] == ["first", "first", "second"]
