"""Whether a run could find anything new: its options, code, photographs and home are those of an earlier run's end.

Files are compared by name, size, times and inode (`folder_state`), so that the answer takes no workflow engine and no
store. Imports nothing heavy.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from affect_store.store.engine import durable_files
from affect_store.store.engine.code_version import code_version
from affect_store.store.home import Home
from affect_store.store.sources.folder_state import FolderState, folder_state, settled_state

DEFAULTS: Mapping[str, object] = {
    "models": [], "seeds": 1, "folds": 0, "repeats": 1, "people": 24, "seed": 7, "is_demo": False,
    "accept_missing": False, "same": [], "distinct": False,
}  # fmt: skip
"""Defaults of the flows' options that are not None."""

MAX_RECORDS = 20


@dataclass(frozen=True)
class Unchanged:
    """A record of a run's end: the digests of its photographs and of its home, the number of files, the time (UTC, ISO
    8601), the number of files that could not be used, the day (since 1970) when the files that were due were read
    again, and the time (UTC, ISO 8601) from which a run has something to do all the same."""

    photographs: str
    home: str
    files: int
    ended_at: str
    rejects: int
    read_day: int
    until: str | None = None


def photographs_before(home: Home, images: str) -> FolderState | None:
    """Return the state of a folder of photographs before it is read; None if a later state could look the same."""
    return settled_state(Path(images).resolve(), _beside_photographs(home))


def remember(
    home: Home,
    flow: str,
    options: Mapping[str, Any],
    images: str,
    corpus: str,
    before: FolderState | None,
    until: datetime | None = None,
) -> None:
    """Record the end of a run on a corpus, unless its photographs have changed since `before`.

    From `until` on, a run has something to do whatever has changed.

    Nor is it recorded where a further run does something all the same: if files could not be read, if the home has
    extensions, whose code may depend on other files, or folders behind links, which are not compared, or if it was
    rolled back, of which every run reminds the user.
    """
    from affect_store.flows.steps.retention import rollback_note

    folder = Path(images).resolve()
    after = folder_state(folder, _beside_photographs(home))
    if before is None or after != before or not _is_comparable(home) or rollback_note(home):
        return
    rejects = _rejects(home, corpus)
    if rejects is None:
        return
    state = settled_state(home.root, _not_of_the_state(home))
    if state is None:
        return
    ended_at = datetime.now(UTC)
    record = Unchanged(
        after.digest, state.digest, after.files, ended_at.isoformat(), rejects, _day(ended_at),
        None if until is None else until.isoformat(),
    )  # fmt: skip
    records = {key: other for key, other in _records(home).items() if other.home == record.home}
    _save(home, {**dict(list(records.items())[-MAX_RECORDS:]), _key(flow, options, folder): record})


def unchanged_since(home: Home, flow: str, options: Mapping[str, Any], images: str) -> Unchanged | None:
    """Return the record of a run with these options after which nothing has changed; None if something may have.

    Once a day, the thirtieth part of the photographs that is due is read, too.
    """
    folder = Path(images).resolve()
    records = _records(home)
    key = _key(flow, options, folder)
    record = records.get(key)
    if (
        record is None
        or (record.until is not None and datetime.now(UTC) >= datetime.fromisoformat(record.until))
        or not _is_comparable(home)
        or folder_state(folder, _beside_photographs(home)).digest != record.photographs
        or folder_state(home.root, _not_of_the_state(home)).digest != record.home
    ):
        return None
    today = _day(datetime.now(UTC))
    if record.read_day != today:
        from affect_store.flows.steps.read_again import due_files_are_unchanged

        if not due_files_are_unchanged(home, folder):
            return None
        _save(home, {**records, key: Unchanged(**{**asdict(record), "read_day": today})})
    return record


def sentence(record: Unchanged, images: str) -> str:
    """Return what a run without anything new tells the user."""
    when = datetime.fromisoformat(record.ended_at)
    unused = f" {record.rejects:,} files cannot be used: see `catalogue.rejects`." if record.rejects else ""
    return (
        f"Nothing new since {when:%Y-%m-%d %H:%M} UTC: the {record.files:,} files of '{images}', the options and the "
        f"home are unchanged.{unused}\nFiles are compared by size, times and inode; --verify reads every byte."
    )


def _rejects(home: Home, corpus: str) -> int | None:
    """Return how many files of the corpus cannot be used; None if the next run may use one of them."""
    from affect_store.flows.steps.missing_features import UNREADABLE
    from affect_store.flows.steps.reconcile import DUPLICATE
    from affect_store.flows.steps.unreadable_files import READ_ERROR
    from affect_store.store.engine import clock, reader
    from affect_store.store.engine.work_store import open_work

    with open_work(home) as connection:
        of_corpus = {"corpus": corpus, "retried": READ_ERROR, "copied": DUPLICATE}
        rejects, retried = reader.query_frame(connection, "catalogue/count_rejects", of_corpus).row(0)
        unread = {"corpus": corpus, "retried": UNREADABLE, "moment": clock.now()}
        retried += reader.query_number(connection, "features/count_unread", unread)
    return None if retried else int(rejects)


def _is_comparable(home: Home) -> bool:
    """Return whether the state of the home's files tells all that a run depends on."""
    links = (path for path in home.root.glob("*") if path.is_symlink() and path != home.published)
    return not home.extensions.exists() and not any(links)


def _day(moment: datetime) -> int:
    return int(moment.timestamp() // 86_400)


def _beside_photographs(home: Home) -> tuple[Path, ...]:
    """A home in the folder of photographs is no part of it; the embedded photographs are in the home."""
    return (home.root.resolve(),)


def _not_of_the_state(home: Home) -> tuple[Path, ...]:
    """Return what a run writes to the home whatever it finds, and the photographs."""
    return home.lock, home.logs, home.caches, home.prefect, home.people


def _key(flow: str, options: Mapping[str, Any], folder: Path) -> str:
    """Return the sha256 of everything that a run's results depend on beside its photographs and its home."""
    given = {
        name: value
        for name, value in ((name, _as_list(value)) for name, value in options.items())
        if name not in ("home", "images", "verify") and value is not None and value != DEFAULTS.get(name)
    }
    variables = {name: value for name, value in os.environ.items() if name.startswith("AFFECT_")}
    for name in ("AFFECT_HOME", "AFFECT_IMAGES"):
        variables.pop(name, None)
    parts = (flow, str(folder), given, variables, code_version(), sys.version, _distributions())
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def _as_list(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _distributions() -> list[str]:
    """Return the folders of installed packages' metadata, whose names have their versions."""
    names = []
    for folder in sys.path:
        with suppress(OSError):
            names += [name for name in os.listdir(folder or ".") if name.endswith(".dist-info")]
    return sorted(names)


def _records(home: Home) -> dict[str, Unchanged]:
    try:
        stored = json.loads(home.unchanged.read_text(encoding="utf-8"))
        return {key: Unchanged(**record) for key, record in stored.items()}
    except (OSError, ValueError, TypeError, AttributeError):  # none yet, damaged, or of another version
        return {}


def _save(home: Home, records: Mapping[str, Unchanged]) -> None:
    with suppress(OSError):  # a cache: the next run does everything
        home.unchanged.parent.mkdir(parents=True, exist_ok=True)
        unfinished = home.unchanged.with_name(f".{home.unchanged.name}")
        unfinished.write_text(json.dumps({key: asdict(record) for key, record in records.items()}), encoding="utf-8")
        durable_files.put_in_place(unfinished, home.unchanged)
