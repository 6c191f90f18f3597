"""What a home no longer needs: old publications, weights that nothing shows any more, old audits.

Rows of the registry stay; a run whose weights went says so, and so does the folder that older publications point to.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from store.tables import publications, read, write
from store.tables.connection import open_work
from store.tables.duck import Connection
from store.tables.forget import remove_weights
from store.tables.home import Home

AUDITS_KEPT = 10
NOTE = "PRUNED.txt"
"""The file that stands in the folder of weights that were pruned, while a kept publication points to it."""


@dataclass(frozen=True)
class Plan:
    """What is to go: publications, weights by run, audits, and what killed runs left; sizes in bytes."""

    publications: dict[Path, int] = field(default_factory=dict)
    weights: dict[Path, int] = field(default_factory=dict)
    audits: dict[Path, int] = field(default_factory=dict)
    leftovers: dict[Path, int] = field(default_factory=dict)

    @property
    def size_bytes(self) -> int:
        """Bytes that are freed."""
        every = (self.publications, self.weights, self.audits, self.leftovers)
        return sum(size for kind in every for size in kind.values())


def plan(home: Home, keep: int = publications.KEPT) -> Plan:
    """What goes where the `keep` newest publications stay. Raises `StoreError` where `keep` is less than 1."""
    going = publications.beyond(home, keep)
    staying = [folder for folder in publications.folders(home) if folder not in going]
    shown, audits = _shown(home, staying)
    folders = _folders(home.artifacts)
    weights = [one for one in folders if one.name not in shown and not (one / NOTE).exists()]
    old = [one for one in _folders(home.audits)[:-AUDITS_KEPT] if one.name not in audits]
    leftovers = [one for place in (home.publications, home.artifacts) for one in place.glob(".*")]
    return Plan(*(_sized(kind) for kind in (going, weights, old, leftovers)))


def carry_out(home: Home, todo: Plan) -> None:
    """Remove what the plan names. Killed at any moment, the next one finishes."""
    for folder in (*todo.publications, *todo.audits):
        publications.remove(folder)
    for leftover in todo.leftovers:
        shutil.rmtree(leftover, ignore_errors=True)
    detail = f"weights pruned on {write.now():%Y-%m-%d}"
    with open_work(home) as connection:
        if remove_weights(connection, [folder.name for folder in todo.weights], detail):
            write.note_change(connection)
    for folder in todo.weights:
        _leave_note(folder, detail)
    _drop_notes(home)


def _leave_note(folder: Path, detail: str) -> None:
    """Put a folder with nothing but the note in the place of the weights: lineage may still point to it."""
    beside = folder.with_name(f".{folder.name}.note")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    text = f"{detail}: no kept publication shows the run {folder.name} any more\n"
    (beside / NOTE).write_text(text, encoding="utf-8")
    publications.remove(folder)
    beside.rename(folder)


def _drop_notes(home: Home) -> None:
    """Remove the notes that no kept publication points to any more."""
    pointed_to: set[str] = set()
    for folder in publications.folders(home):
        with closing(publications.open_store(folder)) as store:
            pointed_to |= _names(store, "select_weights")
    for folder in _folders(home.artifacts):
        if (folder / NOTE).exists() and folder.name not in pointed_to:
            publications.remove(folder)


def _shown(home: Home, staying: Iterable[Path]) -> tuple[set[str], set[str]]:
    """Runs on the leaderboard of the work store or of a kept publication, and audits that a publication names."""
    with open_work(home) as work:
        runs = _names(work, "select_current_runs")
    audits: set[str] = set()
    for folder in staying:
        with closing(publications.open_store(folder)) as store:
            runs |= _names(store, "select_leaderboard_runs")
            audits |= set(publications.about(store).values())
    return runs, audits


def _names(connection: Connection, statement: str) -> set[str]:
    """The names that a statement gives; none where another schema version lacks what it reads."""
    try:
        return set(read.frame(connection, statement).to_series())
    except duckdb.CatalogException:
        return set()


def _folders(place: Path) -> list[Path]:
    if not place.is_dir():
        return []
    return sorted(one for one in place.iterdir() if one.is_dir() and not one.name.startswith("."))


def _sized(folders: Iterable[Path]) -> dict[Path, int]:
    return {folder: publications.size_of(folder) for folder in folders}
