"""Weights of trained models: one folder per run below `artifacts`, and the registry's rows that point to them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.sql_files import sql
from affect_store.store.erasure_request import ErasureRequest
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from affect_store.store.publication import repository

NOTE = "PRUNED.txt"
"""Name of the file that replaces pruned weights while a kept publication points to their folder."""


def folders_of(parent: Path) -> list[Path]:
    """Return the complete (not hidden) folders in a folder, sorted by name."""
    if not parent.is_dir():
        return []
    return sorted(path for path in parent.iterdir() if path.is_dir() and not path.name.startswith("."))


def trained_on(connection: Connection, request: ErasureRequest) -> dict[str, str]:
    """Runs that were trained on, or early-stopped by, photographs of the subject: run id to the folder of the weights.

    Folders are relative to the home.
    """
    parameters = {"image_ids": sorted(request.image_ids)}
    return dict(reader.query_frame(connection, "registry/select_runs_trained_on", parameters).iter_rows())


def unrecorded(connection: Connection, home: Home) -> dict[str, str]:
    """Return weights that no run of the registry points to: run id to the folder, relative to the home.

    A process that was killed before it could record the run left them; the subjects it was trained on are unknown.
    """
    known = set(reader.query_frame(connection, "registry/select_weights").to_series())
    return {
        folder.name: str(folder.relative_to(home.root))
        for folder in folders_of(home.artifacts)
        if folder.name not in known and not (folder / NOTE).exists()
    }


def record_removal(connection: Connection, run_ids: Iterable[str], detail: str) -> list[str]:
    """Record that the weights of these runs were removed, and why; return the runs that had weights."""
    parameters = {"run_ids": sorted(run_ids), "detail": detail}
    return [run_id for (run_id,) in connection.execute(sql("registry/remove_weights"), parameters).fetchall()]


def remove_weights(home: Home, paths: Iterable[str]) -> None:
    """Remove folders of weights, given relative to the home. Raises `StoreError` for a path outside the artifacts."""
    for path in paths:
        folder = home.root / path
        if folder.resolve().parent != home.artifacts.resolve():
            raise StoreError(f"expected weights in '{home.artifacts}', received '{path}'; nothing was removed")
        if folder.exists():
            repository.remove(folder)
