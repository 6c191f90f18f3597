"""Erasure of a person who withdrew consent: from the home, its publications, weights, audits and logs.

Holds the home's lock throughout, and leaves a report that does not name the person. The user's photographs are not
touched.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from affect_store.flows.runtime import console
from affect_store.flows.steps import audited_rows
from affect_store.flows.steps.comparisons import MetricsByRun, recompute_metrics
from affect_store.store.consent import erasure, mentions, tombstones
from affect_store.store.consent.rejected_files import files_by_person, files_without_person
from affect_store.store.engine import clock, durable_files
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.filtered_copy import FinishStore, count_mentions
from affect_store.store.engine.locks import hold
from affect_store.store.engine.work_store import open_work
from affect_store.store.erasure_request import ErasureRequest
from affect_store.store.features.photo_files import image_ids_of
from affect_store.store.home import Home
from affect_store.store.publication import model_weights, repository
from affect_store.store.sources.layouts import PATTERN
from affect_store.store.sources.named_files import is_picture

NOT_TOUCHED = (
    "the photographs themselves: nothing in their folder was changed or deleted",
    "Prefect's own records in 'prefect', which hold the folder's path and possibly file names in messages",
    "copies outside the home: backups, exports, programs that still have an older store open",
)
"""What an erasure leaves as it is."""


@dataclass
class ErasureReport:
    """What was done to erase a person; it does not name the person."""

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
    lakes: list[str] = field(default_factory=list)
    runs_measured_again: list[str] = field(default_factory=list)
    log_lines_removed: int = 0
    still_named_in: list[str] = field(default_factory=list)
    not_touched: list[str] = field(default_factory=lambda: list(NOT_TOUCHED))


Confirm = Callable[[ErasureReport], bool]
"""Callback that gets the report of what would be done and returns whether to continue."""


def erase_person(home: Home, subject_id: str, agree: Confirm = lambda _: True) -> ErasureReport | None:
    """Erase a person from the home; returns None if `agree` declines.

    If the process is killed at any moment, the same call finishes the erasure. Raises `UnknownNameError` for an unknown
    person.
    """
    home.require()
    with hold(home):
        request = erasure_request(home, subject_id)
        report = preview(home, request)
        return erase(home, request, report) if agree(report) else None


def erased_at(home: Home, subject_id: str) -> datetime | None:
    """Return when this person was erased; None if the person was not, or the erasure is incomplete."""
    if not home.work.exists():
        return None
    with open_work(home) as connection:
        is_unfinished = subject_id in erasure.pending_erasures(
            connection, files_by_person(erasure.rejects_in(connection))
        )
        return None if is_unfinished else tombstones.erased_at(connection, subject_id)


def similar_people(home: Home, subject_id: str) -> list[str]:
    """Return ids in the home that may be further ids of this person."""
    with open_work(home) as connection:
        return erasure.similar_people(connection, subject_id)


def finish_erasures(home: Home) -> int:
    """Finish the erasures that a killed process left unfinished; returns how many. The lock must be held."""
    with open_work(home) as connection:
        pending = erasure.pending_erasures(connection, files_by_person(erasure.rejects_in(connection)))
    for subject_id in pending:
        request = erasure_request(home, subject_id)
        erase(home, request, preview(home, request))
    home.erasure_marker.unlink(missing_ok=True)
    return len(pending)


def erasure_request(home: Home, subject_id: str) -> ErasureRequest:
    """Return the erasure request for a person, including rejected files whose paths contain the person's number.

    Of corpora of the person that were read by a pattern, it includes all rejected files whose path tells no person:
    the pattern may have been changed or removed since. The next run lists those of other people again.
    """
    rejects = files_by_person(erasure.rejects(home))
    request = erasure.erasure_request_for(home, subject_id, rejects)
    files = {file for name in request.subject_ids for file in rejects.get(name, ())}
    corpora = request.corpora | {corpus for corpus, _ in files}
    unclear = files_without_person(erasure.rejects(home, PATTERN), corpora)
    pictures = (Path(path) for _, path in files if is_picture(path))
    return replace(
        request,
        paths=request.paths | {path for _, path in files | unclear},
        corpora=corpora,
        rejected=frozenset(filter(None, image_ids_of(pictures))),
    )


def preview(home: Home, request: ErasureRequest) -> ErasureReport:
    """Report what an erasure would do. Changes nothing, except that it creates the key of `subject_hash` if missing."""
    rewritable, lost = erasure.publications_mentioning(home, request)
    with open_work(home) as connection:
        return ErasureReport(
            subject_hash=tombstones.subject_hash(connection, request.subject_id),
            forgotten_at=f"{clock.now():%Y-%m-%d %H:%M} UTC",
            photographs=len(request.image_ids),
            rows=count_mentions(connection, request),
            weights_removed=sorted(model_weights.trained_on(connection, request)),
            unrecorded_weights_removed=sorted(model_weights.unrecorded(connection, home)),
            splits_shortened=erasure.splits_with(connection, request),
            publications_rewritten=[folder.name for folder in rewritable],
            publications_removed=[folder.name for folder in lost],
            audits_removed=[folder.name for folder in mentions.audits_mentioning(home, request)],
            lakes=lakes_of(home),
        )


def erase(home: Home, request: ErasureRequest, report: ErasureReport) -> ErasureReport:
    """Erase the person: write the tombstone first, and rewrite the work store, which knows the person's data, last."""
    home.erasure_marker.touch()
    with open_work(home) as connection:
        weights = model_weights.trained_on(connection, request) | model_weights.unrecorded(connection, home)
    erasure.write_tombstone(home, request)
    metrics: MetricsByRun = {}

    def finish(connection: Connection) -> None:
        erasure.record_losses(connection, weights, report.splits_shortened)
        recompute_metrics(connection, metrics)

    with console.step("publications without the person"):
        _rewrite_publications(home, request, report, finish)
    model_weights.remove_weights(home, weights.values())
    _clear_files(home, request, report)
    if home.lake.exists():
        _erase_from_lakes(home, request, report)

    def before_replacing(connection: Connection) -> None:
        finish(connection)
        report.runs_measured_again = sorted(metrics)
        report.still_named_in += [f"{home.work.name}: {table}" for table in count_mentions(connection, request)]
        _save_report(home, report)

    with console.step("work store without the person"):
        erasure.erase_from_work_store(home, request, before_replacing)
    home.erasure_marker.unlink(missing_ok=True)
    return report


def _rewrite_publications(home: Home, request: ErasureRequest, report: ErasureReport, finish: FinishStore) -> None:
    from affect_store.flows.steps.publication_pages import refill

    rewritable, lost = erasure.publications_mentioning(home, request)
    report.publications_rewritten = []
    for folder in rewritable:
        fill = partial(refill, published=folder, request=request, finish=finish)
        report.publications_rewritten.append(repository.replace(home, folder, fill).name)
    for folder in lost:
        repository.remove_publication(home, folder)


def lakes_of(home: Home) -> list[str]:
    """Return the addresses of the lakes that the home has published into."""
    if not home.lake.exists():
        return []
    from affect_store.store.lake import remembered

    known = remembered.read(home)
    return [address.url for address in known.addresses] if known else []


def _erase_from_lakes(home: Home, request: ErasureRequest, report: ErasureReport) -> None:
    from affect_store.flows.steps.lake_publication import erase_from_lakes

    with console.step("lakes without the person"):
        report.lakes, left = erase_from_lakes(home, request)
    report.still_named_in += left


def _clear_files(home: Home, request: ErasureRequest, report: ErasureReport) -> None:
    """Remove audits and log lines that name the person, and leftovers of killed processes."""
    for folder in mentions.audits_mentioning(home, request):
        repository.remove(folder)
    audited_rows.forget(home, request.image_ids)
    _sweep(home)
    report.log_lines_removed = mentions.clear_logs(home, request)
    report.still_named_in = mentions.remaining_mentions(home, request)


def _sweep(home: Home) -> None:
    """Remove leftovers of killed processes: partly removed folders, unfinished stores, DuckDB's temporary files.

    Also removes the indexes of files, which hold hashes of the person's photographs.
    """
    shutil.rmtree(home.file_indexes, ignore_errors=True)
    for folder in (home.publications, home.artifacts, home.audits):
        repository.remove_leftovers(folder)
    for leftover in (*home.root.glob(f".{home.work.name}.*"), home.root / f"{home.work.name}.tmp"):
        if leftover.is_dir():
            shutil.rmtree(leftover)
        elif leftover.suffix != ".lock":  # an empty lock file of migrations, for which another process may be waiting
            leftover.unlink(missing_ok=True)


def _save_report(home: Home, report: ErasureReport) -> None:
    target = report_path(home, report)
    target.parent.mkdir(exist_ok=True)
    unfinished = target.with_name(f".{target.name}")
    unfinished.write_text(json.dumps(asdict(report), indent=1) + "\n", encoding="utf-8")
    durable_files.put_in_place(unfinished, target)


def report_path(home: Home, report: ErasureReport) -> Path:
    """Return the path of the saved report."""
    return home.erasure_reports / f"{report.forgotten_at[:10]}-{report.subject_hash[:12]}.json"


def print_report(report: ErasureReport) -> None:
    """Print what was done, or would be done."""
    rows = ", ".join(f"{count:,} of {table}" for table, count in report.rows.items())
    console.say(f"  {report.photographs:,} photographs; rows: {rows or 'none'}")
    for title, names in (
        ("weights of models trained on the person", report.weights_removed),
        ("weights without a run, trained on unknown people", report.unrecorded_weights_removed),
        ("splits that contain the person", report.splits_shortened),
        ("publications rewritten without the person", report.publications_rewritten),
        ("publications removed", report.publications_removed),
        ("audits removed", report.audits_removed),
        ("lakes (all earlier snapshots are removed, also those of other homes)", report.lakes),
    ):
        console.say(f"  {title}: {', '.join(names) or 'none'}")
