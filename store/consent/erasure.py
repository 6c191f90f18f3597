"""Erasure of a subject who withdrew consent from the work store, and the search for everything that mentions them.

Tombstones stay (`tombstones`), so that the photographs are not ingested again. If the process is killed, the erasure
can be repeated: the tombstones are written first, and the work store, which knows the subject's photographs, is
rewritten last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TypeGuard

import duckdb

from affect_store.store.consent.identities import read_identities
from affect_store.store.consent.tombstones import add_tombstones, is_erased
from affect_store.store.engine import clock, reader
from affect_store.store.engine.duckdb import READABLE_VERSIONS, Connection, schema_version, transaction
from affect_store.store.engine.filtered_copy import FinishStore, count_mentions, rewrite_work
from affect_store.store.engine.settings import put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.erasure_request import ErasureRequest, ids_containing
from affect_store.store.errors import UnknownNameError, unknown_name
from affect_store.store.home import Home
from affect_store.store.publication import model_weights, repository
from affect_store.store.publication.manifest import began_as_copy
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.sources.similar_ids import normal_form
from affect_store.store.sources.text import escape_undecodable, is_valid_utf8

_PhotographOf = tuple[str, str | None, str | None]
"""image_id, path and corpus of a photograph."""

WEIGHTS_REMOVED = "weights removed: a person withdrew consent"
"""Status detail of runs whose model was trained on an erased subject."""


def pending_erasures(connection: Connection, named: Collection[str] = ()) -> list[str]:
    """Return subjects with a tombstone who are still in the store, because the process was killed during the erasure.

    `named` are further subjects to look for, whose ids occur in the names of rejected files. Of several ids of a
    subject, only the one that replaces the others is returned.
    """
    known = {*reader.query_frame(connection, "catalogue/select_known_people")["subject_id"], *named}
    return sorted(set(map(read_identities(connection).resolve, filter(is_erased(connection), known))))


def shortened_splits(connection: Connection) -> dict[str, str]:
    """Return splits from which a subject was erased, and the date.

    Their fingerprint no longer matches, and runs on them cannot be reproduced.
    """
    parameters = {"prefix": SettingKey.SHORTENED_SPLIT.of("")}
    return dict(reader.query_frame(connection, "splits/select_shortened_splits", parameters).iter_rows())


def erasure_request_for(home: Home, subject_id: str, named: Collection[str] = ()) -> ErasureRequest:
    """The erasure request for a subject: all photographs and files that any store of the home ever labelled with them.

    The work store and all kept publications are searched, also for other ids that a person declared to be the same
    subject's. `named` are further known subjects, whose ids occur in the names of rejected files. Raises
    `UnknownNameError`, which suggests similar ids, if nothing mentions the subject.
    """
    if not is_valid_utf8(subject_id):
        raise UnknownNameError(f"the id '{escape_undecodable(subject_id)}' is not valid UTF-8, so no person has it")
    known = set(named)
    with open_work(home) as work:
        identities = read_identities(work)
        subject_id = identities.resolve(subject_id)
        ids = {subject_id, *identities.aliases_of(subject_id)}
        photographs = _photographs_of(work, ids, known)
    for _, store in repository.open_each(home):
        if _has_known_schema(store):
            photographs += _photographs_of(store, ids, known)
    if not ids & known:
        raise UnknownNameError(unknown_name("person", subject_id, known))
    return ErasureRequest(
        subject_id,
        image_ids=frozenset(image_id for image_id, _, _ in photographs),
        paths=frozenset(path for _, path, _ in photographs if path),
        others=ids_containing(ids, known),
        aliases=frozenset(ids - {subject_id}),
        corpora=frozenset(corpus for _, _, corpus in photographs if corpus),
    )


def similar_people(connection: Connection, subject_id: str) -> list[str]:
    """Return other people of the corpus whose ids differ only in spelling and about whom nothing was decided."""
    known = set(reader.query_frame(connection, "catalogue/select_known_people")["subject_id"]) - {subject_id}
    decided = read_identities(connection).same_as
    similar = set()
    for corpus in reader.query_frame(connection, "catalogue/select_corpora")["corpus"]:
        prefix = f"{corpus}-"
        if subject_id.startswith(prefix):
            form = normal_form(subject_id.removeprefix(prefix))
            names = (name.removeprefix(prefix) for name in known - decided.keys() if name.startswith(prefix))
            similar |= {f"{prefix}{name}" for name in names if normal_form(name) == form}
    return sorted(similar)


def _has_known_schema(store: Connection | None) -> TypeGuard[Connection]:
    return store is not None and schema_version(store) in READABLE_VERSIONS


def _photographs_of(connection: Connection, ids: Iterable[str], known: set[str]) -> list[_PhotographOf]:
    """Return the photographs of the subject with these ids; the ids of all subjects are added to `known`."""
    known.update(reader.query_frame(connection, "catalogue/select_known_people")["subject_id"])
    statement = "catalogue/select_photographs_of"
    return [row for name in ids for row in reader.query_frame(connection, statement, {"subject_id": name}).iter_rows()]


def rejects(home: Home, layout: str | None = None) -> set[tuple[str, str]]:
    """Return the corpus and path of every file that the work store or a kept publication lists as rejected.

    With `layout`, only of the corpora that were last read by it.
    """
    with open_work(home) as work:
        files = rejects_in(work, layout)
    for _, store in repository.open_each(home):
        if _has_known_schema(store):
            files |= rejects_in(store, layout)
    return files


def rejects_in(connection: Connection, layout: str | None = None) -> set[tuple[str, str]]:
    """Return the corpus and path of the rejected files in one store: see `rejects`."""
    if layout is None:
        return set(reader.query_frame(connection, "catalogue/select_rejects").rows())
    parameters = {"prefix": SettingKey.CORPUS_LAYOUT.of(""), "layout": layout}
    return set(reader.query_frame(connection, "catalogue/select_rejects_of_layout", parameters).rows())


def publications_mentioning(home: Home, request: ErasureRequest) -> tuple[list[Path], list[Path]]:
    """Return publications that mention the subject: those to rewrite without the subject, and those to remove.

    A publication must be removed if it is damaged, has a schema version that cannot be read, or contains no other
    subject. One that began as a copy of another is always rewritten: bytes of deleted rows may mention the subject.
    """
    to_rewrite: list[Path] = []
    to_remove: list[Path] = []
    for folder, store in repository.open_each(home):
        if store is None:
            to_remove.append(folder)
        elif not _has_known_schema(store):
            to_remove += [folder] if _may_contain(store, request) else []
        elif began_as_copy(folder) or count_mentions(store, request):
            parameters = {"image_ids": sorted(request.image_ids)}
            others = reader.query_number(store, "catalogue/count_other_photographs", parameters)
            (to_rewrite if others else to_remove).append(folder)
    return to_rewrite, to_remove


def _may_contain(store: Connection, request: ErasureRequest) -> bool:
    """Return whether a store of another schema version contains the subject, or cannot be searched."""
    try:
        return bool(_photographs_of(store, request.subject_ids, set()))
    except duckdb.Error:
        return True


def write_tombstone(home: Home, request: ErasureRequest) -> None:
    """Write the tombstones of the subject; from then on ingestion skips the subject's ids and photographs."""
    with open_work(home) as connection, transaction(connection):
        add_tombstones(connection, request)


def splits_with(connection: Connection, request: ErasureRequest) -> list[str]:
    """Return splits that contain the subject."""
    parameters = {"image_ids": sorted(request.image_ids)}
    return list(reader.query_frame(connection, "splits/select_splits_with", parameters)["split_id"])


def record_losses(connection: Connection, run_ids: Iterable[str], splits: Iterable[str]) -> None:
    """Record, in a store from which a subject was erased, which runs lost their weights and which splits lost rows."""
    model_weights.record_removal(connection, run_ids, WEIGHTS_REMOVED)
    for split_id in splits:
        put_setting(connection, SettingKey.SHORTENED_SPLIT.of(split_id), f"{clock.now():%Y-%m-%d}")


def erase_from_work_store(home: Home, request: ErasureRequest, finish: FinishStore) -> None:
    """Rewrite the work store without the subject; `finish` is called with the new store before it replaces the old."""
    with open_work(home) as connection:
        connection.execute("CHECKPOINT")
    rewrite_work(home.work, request, finish)
