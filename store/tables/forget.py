"""Withdrawn consent: a person leaves the work store, the kept publications and the weights of models.

A hash of the person's id stays, so that the photographs are not catalogued again. It is keyed with a secret of the work
store, since ids are short: whoever tries them all would find out a plain hash. Neither is published. The order is such
that a kill at any moment can be made good by doing it again: the hash first, the work store, which knows what is the
person's, last.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from pathlib import Path

import duckdb

from store.errors import UnknownNameError, unknown
from store.tables import publications, read, weights, write
from store.tables.compact import Then, mentions, rewrite_work
from store.tables.connection import open_work
from store.tables.duck import SCHEMA_VERSION, Connection, schema_version, sql
from store.tables.home import Home
from store.tables.person import Gone
from store.tables.person import holding as holding_id

WITHDREW = "weights removed: a person withdrew consent"
"""What a run says whose model was trained on a person who was forgotten."""

KEY = "key of the hashes of forgotten people"
"""The setting of the work store that keeps the secret, 64 hexadecimal digits; publications are made without it."""

SHORTENED = "lost a person who withdrew consent: "
"""Begins the setting that names a split whose fingerprint covers rows that are gone."""


def subject_hash(connection: Connection, subject_id: str) -> str:
    """What is kept of a person who was forgotten: HMAC-SHA256 of the id, 64 hexadecimal digits.

    The key is the work store's own, random, and made where it has none yet.
    """
    connection.execute(sql("insert_setting"), {"key": KEY, "setting": secrets.token_hex(32)})
    key = write.setting(connection, KEY)
    assert key is not None
    return _keyed(key, subject_id)


def _keyed(key: str, subject_id: str) -> str:
    return hmac.digest(bytes.fromhex(key), subject_id.encode(), "sha256").hex()


def forgotten(connection: Connection) -> dict[str, datetime]:
    """Hash of everybody who was forgotten, and when."""
    return dict(read.frame(connection, "select_forgotten").iter_rows())


def is_forgotten(connection: Connection) -> Callable[[str], bool]:
    """Tells whether the person with an id was forgotten; the connection is not used any more afterwards."""
    key, hashes = write.setting(connection, KEY), set(forgotten(connection))
    return lambda subject_id: key is not None and _keyed(key, subject_id) in hashes


def forgotten_at(connection: Connection, subject_id: str) -> datetime | None:
    """When this person was forgotten, or None."""
    key = write.setting(connection, KEY)
    return forgotten(connection).get(_keyed(key, subject_id)) if key else None


def pending(connection: Connection, named: Collection[str] = ()) -> list[str]:
    """People who were to be forgotten when the process was killed: the store still has photographs of them.

    `named` are people whom names of files tell that were set aside.
    """
    known = {*read.frame(connection, "select_known_people")["subject_id"], *named}
    return sorted(filter(is_forgotten(connection), known))


def shortened_splits(connection: Connection) -> dict[str, str]:
    """Splits that lost a person, and when: their fingerprint no longer holds, and no run on them can be repeated."""
    return dict(read.frame(connection, "select_shortened_splits", {"prefix": SHORTENED}).iter_rows())


def whom(home: Home, subject_id: str, named: Collection[str] = ()) -> Gone:
    """The person with all photographs and files that the work store or a kept publication ever knew as theirs.

    `named` are people whom names of files tell that were set aside. Raises `UnknownNameError`, with the near names,
    where nothing knows the person.
    """
    known = set(named)
    rows: list[tuple[str, str | None]] = []
    with open_work(home) as work:
        rows += _look(work, subject_id, known)
    for _, store in publications.each(home):
        if store is not None and schema_version(store) == SCHEMA_VERSION:
            rows += _look(store, subject_id, known)
    if subject_id not in known:
        raise UnknownNameError(unknown("person", subject_id, known))
    image_ids, paths = {one for one, _ in rows}, {path for _, path in rows if path}
    return Gone(subject_id, frozenset(image_ids), frozenset(paths), holding_id(subject_id, known))


def _look(connection: Connection, subject_id: str, known: set[str]) -> list[tuple[str, str | None]]:
    known.update(read.frame(connection, "select_known_people")["subject_id"])
    return list(read.frame(connection, "select_photographs_of", {"subject_id": subject_id}).iter_rows())


def rejects(home: Home) -> set[tuple[str, str]]:
    """Corpus and path of every file that the work store or a kept publication has set aside."""
    with open_work(home) as work:
        found = rejects_in(work)
    for _, store in publications.each(home):
        if store is not None and schema_version(store) == SCHEMA_VERSION:
            found |= rejects_in(store)
    return found


def rejects_in(connection: Connection) -> set[tuple[str, str]]:
    """The same of one store."""
    return set(read.frame(connection, "select_rejects").rows())


def holding(home: Home, gone: Gone) -> tuple[list[Path], list[Path]]:
    """The publications that name the person: those that can be made anew without, and those that cannot, because they
    are damaged, another schema version made them, or nobody else is in them."""
    renewable: list[Path] = []
    lost: list[Path] = []
    for folder, store in publications.each(home):
        if store is None:
            lost.append(folder)
        elif schema_version(store) != SCHEMA_VERSION:
            lost += [folder] if _may_hold(store, gone) else []
        elif mentions(store, gone):
            others = read.number(store, "count_other_photographs", {"image_ids": sorted(gone.image_ids)})
            (renewable if others else lost).append(folder)
    return renewable, lost


def _may_hold(store: Connection, gone: Gone) -> bool:
    try:
        return bool(read.frame(store, "select_photographs_of", {"subject_id": gone.subject_id}).height)
    except duckdb.Error:
        return True


def entomb(home: Home, gone: Gone) -> None:
    """Note that this person is to be forgotten: from here on ingestion leaves the photographs out."""
    with open_work(home) as connection:
        row = {"subject_hash": [subject_hash(connection, gone.subject_id)], "forgotten_at": [write.now()]}
        write.append(connection, "catalogue.forgotten", write.batch("catalogue.forgotten", row))


def splits_with(connection: Connection, gone: Gone) -> list[str]:
    """Splits in which the person is."""
    return list(read.frame(connection, "select_splits_with", {"image_ids": sorted(gone.image_ids)})["split_id"])


def mark_losses(connection: Connection, run_ids: Iterable[str], splits: Iterable[str]) -> None:
    """Let runs and splits of a store that the person left say what they lost."""
    weights.unlink(connection, run_ids, WITHDREW)
    for split_id in splits:
        write.put_setting(connection, f"{SHORTENED}{split_id}", f"{write.now():%Y-%m-%d}")


def leave_work(home: Home, gone: Gone, then: Then) -> None:
    """Rewrite the work store without the person; `then` sees the new one before it takes the old one's place."""
    with open_work(home) as connection:
        connection.execute("CHECKPOINT")
    rewrite_work(home.work, gone, then)
