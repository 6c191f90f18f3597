"""Retention: plan and remove old publications, weights that no leaderboard shows, and old audits.

The registry's rows stay. A run whose weights were removed says so, and so does the folder that publications point to.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from affect_store.store.engine import clock, durable_files, reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.settings import get_setting, put_setting, renew_change_token
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.publication import model_weights, repository
from affect_store.store.publication.model_weights import NOTE, folders_of
from affect_store.store.schema.setting_keys import SettingKey

AUDITS_KEPT = 10


@dataclass(frozen=True)
class RemovalPlan:
    """Folders to remove, with their sizes in bytes.

    `publications` are beyond the number to keep, `damaged` ones cannot be opened, `leftovers` were left by killed runs.
    """

    publications: dict[Path, int] = field(default_factory=dict)
    damaged: dict[Path, int] = field(default_factory=dict)
    weights: dict[Path, int] = field(default_factory=dict)
    audits: dict[Path, int] = field(default_factory=dict)
    leftovers: dict[Path, int] = field(default_factory=dict)

    @property
    def size_bytes(self) -> int:
        """Total size of the folders."""
        groups = (self.publications, self.damaged, self.weights, self.audits, self.leftovers)
        return sum(size for group in groups for size in group.values())


def publications_to_keep(home: Home) -> int:
    """Return the number of publications to keep that the home remembers.

    A home that remembers none, new or made by an earlier version, keeps those that it has, and at least
    `repository.KEPT`.
    """
    with open_work(home) as connection:
        remembered = get_setting(connection, SettingKey.KEPT_PUBLICATIONS)
    return int(remembered) if remembered else max(repository.KEPT, len(repository.folders(home)))


def update_keep(home: Home, keep: int | None) -> int:
    """Let the home remember `keep` as the number of publications to keep, or what it kept before if None; returns it.

    Raises `StoreError` if `keep` is less than 1.
    """
    keep = publications_to_keep(home) if keep is None else keep
    repository.require_keepable(keep)
    with open_work(home) as connection:
        if get_setting(connection, SettingKey.KEPT_PUBLICATIONS) != str(keep):
            put_setting(connection, SettingKey.KEPT_PUBLICATIONS, str(keep))
    return keep


def plan(home: Home, keep: int) -> RemovalPlan:
    """Plan what to remove when `keep` publications are kept. Raises `StoreError` if `keep` is less than 1."""
    expired = repository.expired(home, keep)
    shown_runs, shown_audits, damaged = _referenced(home, expired)
    weights = [path for path in folders_of(home.artifacts) if path.name not in shown_runs and not _has_note(path)]
    audits = [path for path in folders_of(home.audits)[:-AUDITS_KEPT] if path.name not in shown_audits]
    leftovers = [path for folder in (home.publications, home.artifacts) for path in folder.glob(".*")]
    return RemovalPlan(*(_with_sizes(paths) for paths in (expired, damaged, weights, audits, leftovers)))


def carry_out(home: Home, removal_plan: RemovalPlan) -> None:
    """Remove everything in the plan. If the process is killed, the next call completes the removal."""
    for folder in (*removal_plan.publications, *removal_plan.damaged):
        repository.remove_publication(home, folder)
    for folder in removal_plan.audits:
        repository.remove(folder)
    for leftover in removal_plan.leftovers:
        shutil.rmtree(leftover, ignore_errors=True)
    detail = f"weights pruned on {clock.now():%Y-%m-%d}"
    with open_work(home) as connection:
        if model_weights.record_removal(connection, [folder.name for folder in removal_plan.weights], detail):
            renew_change_token(connection)
    for folder in removal_plan.weights:
        _replace_by_note(folder, detail)
    _remove_notes(home)


def _has_note(folder: Path) -> bool:
    return (folder / NOTE).exists()


def _replace_by_note(folder: Path, detail: str) -> None:
    """Replace a folder of weights by one with only a note: the lineage of a publication may still point to it."""
    unfinished = folder.with_name(f".{folder.name}.note")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    text = f"{detail}: no kept publication shows the run {folder.name} any more\n"
    (unfinished / NOTE).write_text(text, encoding="utf-8")
    durable_files.replace_folder(unfinished, folder)


def _remove_notes(home: Home) -> None:
    """Remove the notes that no kept publication points to any more."""
    referenced: set[str] = set()
    for _, store in repository.open_each(home):
        if store is not None:
            referenced |= _names(store, "registry/select_weights")
    for folder in folders_of(home.artifacts):
        if _has_note(folder) and folder.name not in referenced:
            repository.remove(folder)


def _referenced(home: Home, expired: Iterable[Path]) -> tuple[set[str], set[str], list[Path]]:
    """Return the runs and audits that must stay, and the damaged publications.

    Runs stay if the work store or a kept publication has them on its leaderboard or as a final model, audits if a kept
    publication names them.
    """
    with open_work(home) as work:
        runs = _names(work, "registry/select_current_runs") | _names(work, "registry/select_final_runs")
    audits: set[str] = set()
    damaged = []
    for folder, store in repository.open_each(home):
        if folder in expired:
            continue
        if store is None:
            damaged.append(folder)
        else:
            runs |= _names(store, "registry/select_leaderboard_runs")
            runs |= _names(store, "registry/select_final_runs")  # none in a publication of an earlier version
            audits |= set(repository.about(store).values())
    return runs, audits, damaged


def _names(connection: Connection, statement: str) -> set[str]:
    """Return the values of a single-column statement; none if the store's schema version lacks a table or column."""
    try:
        return set(reader.query_frame(connection, statement).to_series())
    except duckdb.CatalogException:
        return set()


def _with_sizes(folders: Iterable[Path]) -> dict[Path, int]:
    return {folder: repository.size_of(folder) for folder in folders}
