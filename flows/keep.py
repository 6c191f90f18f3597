"""What is kept and what goes: going back to an earlier publication, pruning, and withdrawn consent.

Each holds the home's lock for as long as it works. The photographs that a user brought are never touched.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from flows import terminal
from flows.measure import Measured, measure_again
from store.errors import CorpusNameError
from store.sources import rafd
from store.tables import forget, publications, traces, write
from store.tables.compact import Gone, Then, mentions
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.tables.lock import hold
from store.tables.prune import Plan, carry_out, plan

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


def rollback(home: Home, to: str | None = None) -> tuple[str | None, str]:
    """Names of the publication that was current, and of the one that is now; see `publications.rollback`."""
    home.require()
    with hold(home):
        before = publications.current(home)
        return before.name if before else None, publications.rollback(home, to).name


def on_rollback(home: Home) -> str | None:
    """A sentence for a run that has nothing to publish because its state was taken back; None where it was not."""
    last, now = publications.newest(home), publications.current(home)
    if last is None or now is None or last == now:
        return None
    return (
        f"The publication {now.name} is current; {last.name}, which is newer and holds this very state, was rolled "
        f"back (`affect rollback --to {last.name}` brings it back)."
    )


def prune(home: Home, keep: int, *, is_dry: bool = False) -> Plan:
    """Remove what the home no longer needs, or only say what that is."""
    home.require()
    with hold(home):
        todo = plan(home, keep)
        if not is_dry:
            carry_out(home, todo)
        return todo


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
        unfinished = subject_id in forget.pending(connection)
        return None if unfinished else forget.forgotten_at(connection, subject_id)


def finish_forgetting(home: Home) -> int:
    """Forget whoever was to be forgotten when the process was killed; returns how many. The lock must be held."""
    with open_work(home) as connection:
        waiting = forget.pending(connection)
    for subject_id in waiting:
        gone = theirs(home, subject_id)
        carry_through(home, gone, foreseen(home, gone))
    return len(waiting)


def theirs(home: Home, subject_id: str) -> Gone:
    """What is the person's, with the files that were set aside and whose names tell that they are."""
    gone = forget.whom(home, subject_id)
    rejected = {path for corpus, path in forget.rejects(home) if _is_of(path, corpus, gone)}
    return replace(gone, paths=gone.paths | rejected)


def _is_of(path: str, corpus: str, gone: Gone) -> bool:
    try:
        return rafd.parse(Path(path).name, corpus).subject_id == gone.subject_id
    except CorpusNameError:
        return False


def foreseen(home: Home, gone: Gone) -> Report:
    """What would be done; nothing is changed, but that the key of `subject_hash` is made where there is none yet."""
    renewable, lost = forget.holding(home, gone)
    with open_work(home) as connection:
        return Report(
            subject_hash=forget.subject_hash(connection, gone.subject_id),
            forgotten_at=f"{write.now():%Y-%m-%d %H:%M} UTC",
            photographs=len(gone.image_ids),
            rows=mentions(connection, gone),
            weights_removed=sorted(forget.runs_trained_on(connection, gone)),
            splits_shortened=forget.splits_with(connection, gone),
            publications_rewritten=[folder.name for folder in renewable],
            publications_removed=[folder.name for folder in lost],
            audits_removed=[folder.name for folder in traces.audits_naming(home, gone)],
        )


def carry_through(home: Home, gone: Gone, told: Report) -> Report:
    """Forget the person: the hash first, the work store, which knows what is the person's, last."""
    with open_work(home) as connection:
        weights = forget.runs_trained_on(connection, gone)
    forget.entomb(home, gone)
    measured: Measured = {}

    def then(connection: Connection) -> None:
        forget.mark_losses(connection, weights, told.splits_shortened)
        measure_again(connection, measured)

    with terminal.step("publications without the person"):
        _leave_publications(home, gone, told, then)
    forget.drop_weights(home, weights.values())
    for folder in traces.audits_naming(home, gone):
        publications.remove(folder)
    _sweep(home)
    told.log_lines_removed = traces.clear_logs(home, gone)
    told.still_named_in = traces.left(home, gone)

    def before_the_end(connection: Connection) -> None:
        then(connection)
        told.runs_measured_again = sorted(measured)
        told.still_named_in += [f"{home.work.name}: {table}" for table in mentions(connection, gone)]
        _keep_report(home, told)

    with terminal.step("work store without the person"):
        forget.leave_work(home, gone, before_the_end)
    return told


def _sweep(home: Home) -> None:
    """Remove what killed processes left: half removed folders, half written stores, and what DuckDB put aside."""
    for place in (home.publications, home.artifacts, home.audits):
        publications.sweep(place)
    for leftover in home.root.glob(f".{home.work.name}.*"):
        leftover.unlink()
    shutil.rmtree(home.root / f"{home.work.name}.tmp", ignore_errors=True)


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
    os.replace(beside, target)


def report_path(home: Home, told: Report) -> Path:
    """Where the report is kept."""
    return home.root / "forgotten" / f"{told.forgotten_at[:10]}-{told.subject_hash[:12]}.json"


def say_report(told: Report) -> None:
    """Print what was done, or would be."""
    rows = ", ".join(f"{count:,} of {table}" for table, count in told.rows.items())
    terminal.say(f"  {told.photographs:,} photographs; rows: {rows or 'none'}")
    for title, names in (
        ("weights of models trained on the person", told.weights_removed),
        ("splits that lose the person", told.splits_shortened),
        ("publications written anew without the person", told.publications_rewritten),
        ("publications removed", told.publications_removed),
        ("audits removed", told.audits_removed),
    ):
        terminal.say(f"  {title}: {', '.join(names) or 'none'}")
