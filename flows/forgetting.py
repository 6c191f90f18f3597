"""Withdrawn consent: a person leaves the home, its kept publications, weights, audits and logs; a report stays.

It holds the home's lock for as long as it works. The photographs that a user brought are never touched.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from flows import terminal
from flows.measure import Measured, measure_again
from store.errors import CorpusNameError
from store.sources import rafd
from store.tables import disk, forget, publications, traces, weights, write
from store.tables.compact import Then, mentions
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.tables.lock import hold
from store.tables.person import Gone

NOT_TOUCHED = (
    "the photographs themselves: the folder that they came from is yours, and nothing in it was changed or deleted",
    "Prefect's own records in 'prefect', which hold the folder's path and perhaps names of files in messages",
    "copies outside of the home: backups, exports, programs that still have an older store open",
)
"""What stays where it is when a person is forgotten."""


@dataclass
class Report:
    """What was done for a person who withdrew consent; it does not name the person."""

    subject_hash: str
    forgotten_at: str
    photographs: int
    rows: dict[str, int]
    weights_removed: list[str]
    unrecorded_weights_removed: list[str]
    splits_shortened: list[str]
    publications_rewritten: list[str]
    publications_removed: list[str]
    audits_removed: list[str]
    runs_measured_again: list[str] = field(default_factory=list)
    log_lines_removed: int = 0
    still_named_in: list[str] = field(default_factory=list)
    not_touched: list[str] = field(default_factory=lambda: list(NOT_TOUCHED))


Agree = Callable[[Report], bool]
"""Whether to go on, asked with what would be done."""


def forget_person(home: Home, subject_id: str, agree: Agree = lambda _: True) -> Report | None:
    """Remove a person from the home; None where `agree` says no.

    Killed at any moment, the same call finishes. Raises `UnknownNameError` for a person whom nothing knows.
    """
    home.require()
    with hold(home):
        gone = theirs(home, subject_id)
        told = foreseen(home, gone)
        return carry_through(home, gone, told) if agree(told) else None


def forgotten_before(home: Home, subject_id: str) -> datetime | None:
    """When this person was forgotten, if so and to the end; None where there is something to do."""
    if not home.work.exists():
        return None
    with open_work(home) as connection:
        is_unfinished = subject_id in forget.pending(connection, _people_of(forget.rejects_in(connection)))
        return None if is_unfinished else forget.forgotten_at(connection, subject_id)


def finish_forgetting(home: Home) -> int:
    """Forget whoever was to be forgotten when the process was killed; returns how many. The lock must be held."""
    with open_work(home) as connection:
        waiting = forget.pending(connection, _people_of(forget.rejects_in(connection)))
    for subject_id in waiting:
        gone = theirs(home, subject_id)
        carry_through(home, gone, foreseen(home, gone))
    home.forgetting.unlink(missing_ok=True)
    return len(waiting)


def theirs(home: Home, subject_id: str) -> Gone:
    """What is the person's, with the files that were set aside and whose names tell that they are."""
    named = _people_of(forget.rejects(home))
    gone = forget.whom(home, subject_id, named)
    return replace(gone, paths=gone.paths | named.get(subject_id, set()))


def _people_of(rejects: set[tuple[str, str]]) -> dict[str, set[str]]:
    """Files that were set aside by the person that the name of each tells."""
    found: dict[str, set[str]] = defaultdict(set)
    for corpus, path in rejects:
        try:
            found[rafd.parse(Path(path).name, corpus).subject_id].add(path)
        except CorpusNameError:
            continue
    return found


def foreseen(home: Home, gone: Gone) -> Report:
    """What would be done; nothing is changed, but that the key of `subject_hash` is made where there is none yet."""
    renewable, lost = forget.holding(home, gone)
    with open_work(home) as connection:
        return Report(
            subject_hash=forget.subject_hash(connection, gone.subject_id),
            forgotten_at=f"{write.now():%Y-%m-%d %H:%M} UTC",
            photographs=len(gone.image_ids),
            rows=mentions(connection, gone),
            weights_removed=sorted(weights.trained_on(connection, gone)),
            unrecorded_weights_removed=sorted(weights.unrecorded(connection, home)),
            splits_shortened=forget.splits_with(connection, gone),
            publications_rewritten=[folder.name for folder in renewable],
            publications_removed=[folder.name for folder in lost],
            audits_removed=[folder.name for folder in traces.audits_naming(home, gone)],
        )


def carry_through(home: Home, gone: Gone, told: Report) -> Report:
    """Forget the person: the hash first, the work store, which knows what is the person's, last."""
    home.forgetting.touch()
    with open_work(home) as connection:
        going = weights.trained_on(connection, gone) | weights.unrecorded(connection, home)
    forget.entomb(home, gone)
    measured: Measured = {}

    def then(connection: Connection) -> None:
        forget.mark_losses(connection, going, told.splits_shortened)
        measure_again(connection, measured)

    with terminal.step("publications without the person"):
        _leave_publications(home, gone, told, then)
    weights.drop(home, going.values())
    _leave_texts(home, gone, told)

    def before_the_end(connection: Connection) -> None:
        then(connection)
        told.runs_measured_again = sorted(measured)
        told.still_named_in += [f"{home.work.name}: {table}" for table in mentions(connection, gone)]
        _keep_report(home, told)

    with terminal.step("work store without the person"):
        forget.leave_work(home, gone, before_the_end)
    home.forgetting.unlink(missing_ok=True)
    return told


def _leave_texts(home: Home, gone: Gone, told: Report) -> None:
    """Audits and logs without the person, and without what killed processes left."""
    for folder in traces.audits_naming(home, gone):
        publications.remove(folder)
    _sweep(home)
    told.log_lines_removed = traces.clear_logs(home, gone)
    told.still_named_in = traces.left(home, gone)


def _sweep(home: Home) -> None:
    """Remove what killed processes left: half removed folders, half written stores, and what DuckDB put aside."""
    for place in (home.publications, home.artifacts, home.audits):
        publications.sweep(place)
    for leftover in (*home.root.glob(f".{home.work.name}.*"), home.root / f"{home.work.name}.tmp"):
        if leftover.is_dir():
            shutil.rmtree(leftover)
        elif leftover.suffix != ".lock":  # of migrations: it holds nothing, and another process may wait for it
            leftover.unlink(missing_ok=True)


def _leave_publications(home: Home, gone: Gone, told: Report, then: Then) -> None:
    from flows.publish import refill

    renewable, lost = forget.holding(home, gone)
    told.publications_rewritten = []
    for folder in renewable:
        fill = partial(refill, published=folder, gone=gone, then=then)
        told.publications_rewritten.append(publications.replace(home, folder, fill).name)
    for folder in lost:
        publications.drop(home, folder)


def _keep_report(home: Home, told: Report) -> None:
    target = report_path(home, told)
    target.parent.mkdir(exist_ok=True)
    beside = target.with_name(f".{target.name}")
    beside.write_text(json.dumps(asdict(told), indent=1) + "\n", encoding="utf-8")
    disk.put_in_place(beside, target)


def report_path(home: Home, told: Report) -> Path:
    """Where the report is kept."""
    return home.reports / f"{told.forgotten_at[:10]}-{told.subject_hash[:12]}.json"


def say_report(told: Report) -> None:
    """Print what was done, or would be."""
    rows = ", ".join(f"{count:,} of {table}" for table, count in told.rows.items())
    terminal.say(f"  {told.photographs:,} photographs; rows: {rows or 'none'}")
    for title, names in (
        ("weights of models trained on the person", told.weights_removed),
        ("weights that no run points to, of nobody knows whom", told.unrecorded_weights_removed),
        ("splits that lose the person", told.splits_shortened),
        ("publications written anew without the person", told.publications_rewritten),
        ("publications removed", told.publications_removed),
        ("audits removed", told.audits_removed),
    ):
        terminal.say(f"  {title}: {', '.join(names) or 'none'}")
