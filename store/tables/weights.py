"""The weights of trained models: one folder a run below `artifacts`, and the rows that point to them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from store.errors import StoreError
from store.tables import publications, read
from store.tables.duck import Connection, sql
from store.tables.home import Home
from store.tables.person import Gone

NOTE = "PRUNED.txt"
"""The file that stands in the folder of weights that were pruned, while a kept publication points to it."""


def folders_of(place: Path) -> list[Path]:
    """The folders in one, whole ones only, by name."""
    if not place.is_dir():
        return []
    return sorted(one for one in place.iterdir() if one.is_dir() and not one.name.startswith("."))


def trained_on(connection: Connection, gone: Gone) -> dict[str, str]:
    """Folder of the weights, relative to the home, of every run that was trained on, or stopped by, the person."""
    found = read.frame(connection, "select_runs_trained_on", {"image_ids": sorted(gone.image_ids)})
    return dict(found.iter_rows())


def unrecorded(connection: Connection, home: Home) -> dict[str, str]:
    """Folder of the weights, relative to the home, by run, of all that no row points to.

    A process that was killed left them before it could record the run: nobody knows on whom it was trained.
    """
    known = set(read.frame(connection, "select_weights").to_series())
    return {
        folder.name: str(folder.relative_to(home.root))
        for folder in folders_of(home.artifacts)
        if folder.name not in known and not (folder / NOTE).exists()
    }


def unlink(connection: Connection, run_ids: Iterable[str], detail: str) -> list[str]:
    """Let the runs say that their weights are gone, and why; returns those that had some."""
    parameters = {"run_ids": sorted(run_ids), "detail": detail}
    return [run_id for (run_id,) in connection.execute(sql("remove_weights"), parameters).fetchall()]


def drop(home: Home, paths: Iterable[str]) -> None:
    """Remove folders of weights, given relative to the home. Raises `StoreError` for one outside of the artifacts."""
    for path in paths:
        folder = home.root / path
        if folder.resolve().parent != home.artifacts.resolve():
            raise StoreError(f"expected weights in '{home.artifacts}', received '{path}': nothing was removed")
        if folder.exists():
            publications.remove(folder)
