"""What a home no longer needs: old publications, weights that nothing shows any more, old audits.

Rows of the registry stay; a run whose weights went says so, and so does the folder that older publications point to.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from store.tables import publications, read, weights, write
from store.tables.connection import open_work
from store.tables.duck import Connection
from store.tables.home import Home
from store.tables.weights import NOTE, folders_of

AUDITS_KEPT = 10


@dataclass(frozen=True)
class Plan:
    """What is to go: publications, those that are damaged, weights by run, audits, and what killed runs left; sizes in
    bytes."""

    publications: dict[Path, int] = field(default_factory=dict)
    damaged: dict[Path, int] = field(default_factory=dict)
    weights: dict[Path, int] = field(default_factory=dict)
    audits: dict[Path, int] = field(default_factory=dict)
    leftovers: dict[Path, int] = field(default_factory=dict)

    @property
    def size_bytes(self) -> int:
        """Bytes that are freed."""
        every = (self.publications, self.damaged, self.weights, self.audits, self.leftovers)
        return sum(size for kind in every for size in kind.values())


def plan(home: Home, keep: int = publications.KEPT) -> Plan:
    """What goes where `keep` publications stay, none of them damaged. Raises `StoreError` where `keep` is less than
    1."""
    going = publications.beyond(home, keep)
    shown, audits, damaged = _shown(home, going)
    weighed = [one for one in folders_of(home.artifacts) if one.name not in shown and not (one / NOTE).exists()]
    old = [one for one in folders_of(home.audits)[:-AUDITS_KEPT] if one.name not in audits]
    leftovers = [one for place in (home.publications, home.artifacts) for one in place.glob(".*")]
    return Plan(*(_sized(kind) for kind in (going, damaged, weighed, old, leftovers)))


def carry_out(home: Home, todo: Plan) -> None:
    """Remove what the plan names. Killed at any moment, the next one finishes."""
    for folder in (*todo.publications, *todo.damaged):
        publications.drop(home, folder)
    for folder in todo.audits:
        publications.remove(folder)
    for leftover in todo.leftovers:
        shutil.rmtree(leftover, ignore_errors=True)
    detail = f"weights pruned on {write.now():%Y-%m-%d}"
    with open_work(home) as connection:
        if weights.unlink(connection, [folder.name for folder in todo.weights], detail):
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
    for _, store in publications.each(home):
        if store is not None:
            pointed_to |= _names(store, "select_weights")
    for folder in folders_of(home.artifacts):
        if (folder / NOTE).exists() and folder.name not in pointed_to:
            publications.remove(folder)


def _shown(home: Home, going: Iterable[Path]) -> tuple[set[str], set[str], list[Path]]:
    """Runs on the leaderboard of the work store or of a publication that stays, audits that one names, and the
    publications that are damaged."""
    with open_work(home) as work:
        runs = _names(work, "select_current_runs")
    audits: set[str] = set()
    damaged = []
    for folder, store in publications.each(home):
        if folder in going:
            continue
        if store is None:
            damaged.append(folder)
        else:
            runs |= _names(store, "select_leaderboard_runs")
            audits |= set(publications.about(store).values())
    return runs, audits, damaged


def _names(connection: Connection, statement: str) -> set[str]:
    """The names that a statement gives; none where another schema version lacks what it reads."""
    try:
        return set(read.frame(connection, statement).to_series())
    except duckdb.CatalogException:
        return set()


def _sized(folders: Iterable[Path]) -> dict[Path, int]:
    return {folder: publications.size_of(folder) for folder in folders}
