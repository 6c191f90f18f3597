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
    shared = {"run_id": [run_id], "model": ["cnn"], "recipe": ["corrected"], "split_id": ["s"], "seed": [7]}
    told = {name: ["x"] for name in ("service", "service_version", "code_version")}
    json = {name: ["{}"] for name in ("feature_versions", "library_versions", "parameters")}
    moments = {name: [write.now()] for name in ("started_at", "requested_at")}
    ended = {"duration_s": [1.0], "status": ["completed"], "status_detail": [detail]}
    write.append(connection, "registry.runs", write.batch("registry.runs", shared | told | json | moments | ended))
    chances = {f"{name}_prob": [0.125] for name in EMOTIONS}
    said = {"run_id": [run_id], "image_id": ["a"], "part": ["test"], "truth": [0], "predicted": [0]}
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
