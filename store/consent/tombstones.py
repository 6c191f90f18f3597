"""Tombstones of people who withdrew consent: keyed hashes by which their ids and photographs are recognized.

An HMAC with a secret key of the work store, since a plain hash of a short id, or of a photograph that somebody has,
could be found by trying. Neither hashes nor key are published.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.settings import get_setting
from affect_store.store.engine.sql_files import sql
from affect_store.store.erasure_request import ErasureRequest
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.sources.similar_ids import folded, normal_form


@dataclass(frozen=True)
class ErasedPeople:
    """The people whom a store must not hold: predicates for ids and photographs, without a connection."""

    key: str | None
    subject_hashes: frozenset[str]
    other_hashes: frozenset[str]

    def has_id(self, subject_id: str) -> bool:
        """Return whether this is the id of an erased person."""
        return self.key is not None and _hmac(self.key, subject_id) in self.subject_hashes

    def has_form(self, corpus: str, subject_id: str) -> bool:
        """Return whether an id equals one of an erased person of the corpus except for spelling (`normal_form`)."""
        return bool(self.other_hashes) and self._has(_form(corpus, subject_id))

    def has_photograph(self, image_id: str) -> bool:
        """Return whether the photograph with these bytes is of an erased person."""
        return bool(self.other_hashes) and self._has(_photograph(image_id))

    def _has(self, text: str) -> bool:
        return self.key is not None and _hmac(self.key, text) in self.other_hashes


def erased_people(connection: Connection) -> ErasedPeople:
    """Read the tombstones. Creates no key."""
    others = reader.query_frame(connection, "catalogue/select_forgotten_hashes")["keyed_hash"]
    key = get_setting(connection, SettingKey.ERASURE_KEY)
    return ErasedPeople(key, frozenset(tombstones(connection)), frozenset(others))


def subject_hash(connection: Connection, subject_id: str) -> str:
    """Return the tombstone of a subject: HMAC-SHA256 of the id, 64 hexadecimal digits.

    The key is random and belongs to the work store; it is created if there is none yet.
    """
    return _hmac(_key(connection), subject_id)


def _key(connection: Connection) -> str:
    connection.execute(sql("quality/insert_setting"), {"key": SettingKey.ERASURE_KEY, "setting": secrets.token_hex(32)})
    key = get_setting(connection, SettingKey.ERASURE_KEY)
    assert key is not None
    return key


def _hmac(key: str, text: str) -> str:
    return hmac.digest(bytes.fromhex(key), text.encode("utf-8", "surrogatepass"), "sha256").hex()


def _photograph(image_id: str) -> str:
    return f"photograph\0{image_id}"


def _form(corpus: str, subject_id: str) -> str:
    """Return what is hashed of an id: the corpus and the id in it, both without the differences of spelling."""
    return f"id\0{folded(corpus)}\0{normal_form(subject_id.removeprefix(f'{corpus}-'))}"


def tombstones(connection: Connection) -> dict[str, datetime]:
    """Return tombstones of the ids of all erased subjects, and when each was written."""
    return dict(reader.query_frame(connection, "catalogue/select_forgotten").iter_rows())


def is_erased(connection: Connection) -> Callable[[str], bool]:
    """Return a predicate: whether the subject with an id was erased. It does not use the connection afterwards."""
    return erased_people(connection).has_id


def erased_at(connection: Connection, subject_id: str) -> datetime | None:
    """Return when the tombstone of this subject was written; None if there is none."""
    key = get_setting(connection, SettingKey.ERASURE_KEY)
    return tombstones(connection).get(_hmac(key, subject_id)) if key else None


def add_tombstones(connection: Connection, request: ErasureRequest) -> None:
    """Write the tombstones of a subject; from then on the subject's ids and photographs are not ingested."""
    key, ids = _key(connection), sorted(request.subject_ids)
    rows = {"subject_hash": [_hmac(key, name) for name in ids], "forgotten_at": [clock.now()] * len(ids)}
    write.append(connection, "catalogue.forgotten", write.batch("catalogue.forgotten", rows))
    _add_hashes(connection, (_form(corpus, name) for corpus in request.corpora for name in ids))
    add_photographs(connection, request.image_ids | request.rejected)


def add_photographs(connection: Connection, image_ids: Iterable[str]) -> None:
    """Write the hashes of photographs of erased subjects, so that they stay out under any id, name or folder."""
    _add_hashes(connection, map(_photograph, image_ids))


def _add_hashes(connection: Connection, texts: Iterable[str]) -> None:
    if unique := set(texts):
        key = _key(connection)
        hashes = sorted(_hmac(key, text) for text in unique)  # sorted: their order shows nothing
        rows = write.batch("catalogue.forgotten_hashes", {"keyed_hash": hashes})
        write.append(connection, "catalogue.forgotten_hashes", rows)
