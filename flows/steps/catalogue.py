"""The catalogue of photographs: read the files of a folder, and write what changed. The folder is only read.

A photograph is identified by the sha256 of its file. Files that cannot be used become rows of `catalogue.rejects`.
Photographs that are no longer in the folder stay in the catalogue, but are not used until they return.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import cast

from affect_store.flows.runtime import console
from affect_store.flows.steps import catalogue_messages as messages
from affect_store.flows.steps.catalogue_rows import LABELS, store_changes
from affect_store.flows.steps.corpus_options import stored_options
from affect_store.flows.steps.identity import NO_ANSWERS, CorpusIdentities, IdentityAnswers, shell_word
from affect_store.flows.steps.intended_units import store_intended_units
from affect_store.flows.steps.rating_rows import ratings_of
from affect_store.flows.steps.recognition import keeps_bytes, recognise, require_own_name
from affect_store.flows.steps.reconcile import KnownPhoto, Reading, Readings, reconcile
from affect_store.flows.steps.unreadable_files import reject_of
from affect_store.flows.steps.withdrawn import WithdrawnFiles
from affect_store.store.consent.tombstones import erased_people
from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.file_index import FileIndex
from affect_store.store.engine.settings import put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import UnreadablePhotoError
from affect_store.store.features import decode, memory_budget
from affect_store.store.features.photo_files import image_id_of_bytes, read_photo_file
from affect_store.store.features.picture_header import read_header
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.sources.layouts import LAYOUTS, MANIFEST, detect_layout, origin_of, remarks, require_labels
from affect_store.store.sources.text import require_name
from affect_store.store.sources.unused_files import unused_files
from affect_store.store.types import Candidate, Labels, Photo, Reject

LOOKED_UP_AT_ONCE = 256
"""Number of files of which one thread compares the states: a thread for each file takes longer than the comparison."""

_memory = memory_budget.of_threads()


def read_file(candidate: Candidate, corpus: str, known: Collection[str], index: FileIndex | None = None) -> Reading:
    """Read one file: a photograph, a reject, or the image_id of a photograph that is already catalogued.

    What was read is added to the index.
    """
    path = candidate.path
    opened_ns = time.time_ns()
    try:
        status = path.stat()
        with _memory.files.reserve(status.st_size):
            content = read_photo_file(path)
            image_id = image_id_of_bytes(content)
            if index is not None:
                index.add(path, status, image_id, opened_ns)
            if image_id in known:
                return image_id
            width, height = _verified_size(content)
    except (OSError, UnreadablePhotoError) as error:
        return reject_of(candidate, error)
    return Photo(image_id, corpus, path, candidate.labels, width, height, len(content))


def _verified_size(content: bytes) -> tuple[int, int]:
    """Return the size of a photograph that was decoded without a warning. Raises `UnreadablePhotoError`."""
    header = read_header(content)
    with _memory.pictures.reserve(header.decoded_bytes):
        decode.require_undamaged(content, header)
    return header.size_px


def known_photos(connection: Connection) -> dict[str, KnownPhoto]:
    """Return every photograph of the catalogue by its image_id."""
    return {
        row["image_id"]: KnownPhoto(
            row["path"], row["corpus"], Labels(**{name: row[name] for name in LABELS}), row["size_bytes"],
            row["is_missing"], row["is_removed"], ratings_of(row),
        )
        for row in reader.query_frame(connection, "catalogue/select_known_photos").iter_rows(named=True)
    }  # fmt: skip


def ingest_folder(
    folder: Path,
    layout: str,
    corpus: str,
    home: Home,
    answers: IdentityAnswers = NO_ANSWERS,
    *,
    accept_missing: bool = False,
    verify: bool = False,
) -> int:
    """Catalogue one folder; returns how many photographs changed in any way, or are newly rejected.

    A folder that was moved or renamed is recognised by the bytes of its photographs: the corpus keeps its name.
    `answers` say which similar ids belong to one person. Files that were read before and have their size, times and
    inode still are not read again, unless `verify`. Raises `CorpusError`, and stores nothing, if the folder holds
    no photographs that can be used, if the corpus's name cannot be a name or belongs to another folder, if many
    photographs are missing and `accept_missing` is not set, or if similar ids are undecided.
    """
    require_name(corpus, "the name of the corpus (--corpus, by default the folder's name)")
    index = FileIndex(home.file_index(folder), is_used=not verify)
    with console.step("catalogue photographs") as (step, advance):
        scan = _read_folder(folder, layout, corpus, home, answers, index, advance)
        is_kept = keeps_bytes(scan.known)
        name = recognise(scan.readings, scan.known, corpus, is_kept)
        if name != corpus:
            console.say(f"  '{folder}' holds the photographs of the corpus {name!r}, which keeps its name")
            corpus, layout = name, _layout_again(home, folder, layout, name)
            scan = _read_folder(folder, layout, corpus, home, answers, index, advance)
        require_own_name(scan.readings, scan.known, corpus, folder)
        changes = reconcile(scan.readings, scan.known, corpus, is_kept)
        scan.identities.merge_catalogued(changes, scan.known)
        step.remark = messages.summary(changes, scan.withdrawn.count)
    scan.withdrawn.report()
    scan.identities.report()
    for remark in remarks(folder, layout):
        console.say(f"      {remark}", style="yellow")
    messages.list_rejects(changes.rejects)
    messages.list_skipped(scan.skipped)
    messages.require_present(changes, scan.known, corpus, folder, accept_missing=accept_missing)
    scan.identities.require_decided(changes, scan.known, _run_command(folder, corpus, home))
    messages.list_missing([scan.known[image_id].path for image_id in changes.missing])
    with open_work(home) as connection:
        photos, rejects = store_changes(connection, corpus, changes, scan.skipped, scan.store_decisions)
        put_setting(connection, SettingKey.CORPUS_LAYOUT.of(corpus), origin_of(folder, layout))
        with_units = store_intended_units(connection, folder, corpus)
    index.save(scan.known.keys() | {photo.image_id for photo in changes.photos})
    moved, gone = len(changes.moved) + len(changes.adopted), len(changes.missing) + len(changes.returned)
    return photos + rejects + moved + gone + len(changes.corrected) + len(changes.rated) + with_units


@dataclass(frozen=True)
class _Scan:
    """A folder that was read: its files, the catalogue before, skipped files, decisions about ids, erased people."""

    readings: Readings
    known: dict[str, KnownPhoto]
    skipped: list[Reject]
    identities: CorpusIdentities
    withdrawn: WithdrawnFiles

    def store_decisions(self, connection: Connection) -> None:
        """Store the decisions about ids, and the hashes of photographs of people who withdrew consent."""
        self.identities.store(connection, self.withdrawn.erased)
        self.withdrawn.store(connection)


def _read_folder(
    folder: Path,
    layout: str,
    corpus: str,
    home: Home,
    answers: IdentityAnswers,
    index: FileIndex,
    advance: console.Advance,
) -> _Scan:
    """Read every file of a folder that is not known by its state. Raises `CorpusError` if it holds no photographs."""
    scanned = list(LAYOUTS[layout](folder, corpus))
    require_labels(folder, layout, scanned)
    skipped = unused_files(folder, (Path(source.path) for source in scanned), has_manifest=layout == MANIFEST)
    with open_work(home) as connection:
        known = known_photos(connection)
        identities = CorpusIdentities.read(connection, corpus, answers)
        withdrawn = WithdrawnFiles(erased_people(connection), corpus, known)
    sources = withdrawn.without_ids(identities.renamed(scanned, known.values()), identities.distinct)
    skipped = withdrawn.without_skipped(skipped)
    if not scanned:
        messages.list_skipped(skipped)
        raise messages.empty_folder(folder, layout, corpus, known)
    advance(len(scanned) - len(sources), len(scanned))
    readings = zip(sources, _read_files(sources, corpus, known, index, advance), strict=True)
    return _Scan(withdrawn.without_photographs(readings), known, skipped, identities, withdrawn)


def _run_command(folder: Path, corpus: str, home: Home) -> str:
    paths = {"--home": str(home.root), "--images": str(folder), "--corpus": corpus}
    return " ".join(["affect run", *(f"{option} {shell_word(value)}" for option, value in paths.items())])


def layout_of(home: Home, folder: Path, layout: str | None, corpus: str) -> str:
    """Return the layout of a folder: the given one, else the one stored for the corpus, else the detected one.

    Raises `CorpusError`.
    """
    return detect_layout(folder, layout or stored_options(home, corpus).layout)


def _layout_again(home: Home, folder: Path, layout: str, corpus: str) -> str:
    """Return the layout stored for a corpus that was recognised, unless the layout was not merely detected."""
    return layout_of(home, folder, None if layout == detect_layout(folder, None) else layout, corpus)


def _read_files(
    sources: list[Candidate | Reject], corpus: str, known: Collection[str], index: FileIndex, advance: console.Advance
) -> Iterator[Reading]:
    def read(source: Candidate) -> Reading:
        return read_file(source, corpus, known, index)

    def look_up(start: int) -> list[Reject | str | None]:
        chunk = sources[start : start + LOOKED_UP_AT_ONCE]
        return [source if isinstance(source, Reject) else _known_by_index(source, known, index) for source in chunk]

    with ThreadPoolExecutor() as pool:  # a file server takes a moment for each file
        readings = list(chain.from_iterable(pool.map(look_up, range(0, len(sources), LOOKED_UP_AT_ONCE))))
        advance(sum(reading is not None for reading in readings))
        unread = [source for source, reading in zip(sources, readings, strict=True) if reading is None]
        others = pool.map(read, cast("list[Candidate]", unread))
        for reading in readings:
            if reading is None:
                advance(1)
            yield next(others) if reading is None else reading


def _known_by_index(source: Candidate, known: Collection[str], index: FileIndex) -> str | None:
    """Return the image_id of a catalogued photograph whose file has not changed since it was read; else None."""
    try:
        image_id = index.image_id(source.path, source.path.stat())
    except OSError:
        return None
    return image_id if image_id in known else None


def corpus_in(home: Home, folder: Path) -> str:
    """Return the default name of the corpus in a folder: that of the photographs last seen there, or the folder's own.

    A corpus whose folder was renamed keeps its name even if no photograph is left by whose bytes it is recognised.
    """
    if home.work.exists():
        with open_work(home) as connection:
            rows = reader.query_frame(connection, "catalogue/select_corpora_below", {"folder": f"{folder}/"})
        if len(rows) == 1:
            return str(rows["corpus"][0])
    return folder.name
