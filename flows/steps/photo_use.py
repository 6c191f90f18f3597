"""Exclude photographs from use because they left the folder of their corpus or a person removed them, and undo it.

Nothing is deleted: rows of `features.misses` hide the features of such a photograph until it is used again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from affect_store.flows.steps.missing_features import record_missing_features
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.settings import renew_change_token
from affect_store.store.engine.sql_files import sql
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import UnknownNameError
from affect_store.store.features.photo_files import image_id_of
from affect_store.store.home import Home
from affect_store.store.offline.photographs import unknown_photograph
from affect_store.store.vocabulary import MISSING_REASON, REMOVED_REASON

_ID_PREFIX = re.compile(r"[0-9a-f]{4,64}")


def mark_missing(connection: Connection, image_ids: Sequence[str]) -> None:
    """Mark photographs whose bytes are no longer in the folder of their corpus.

    Call `write.renew_exclusions` afterwards.
    """
    _exclude(connection, "catalogue/mark_missing", image_ids, MISSING_REASON)


def mark_present(connection: Connection, image_ids: Sequence[str]) -> None:
    """Remove the mark from photographs whose bytes have returned. Call `write.renew_exclusions` afterwards."""
    _use(connection, "catalogue/mark_present", image_ids, MISSING_REASON)


def remove_photographs(home: Home, names: Sequence[str], *, undo: bool = False) -> list[str]:
    """Remove photographs from use, or with `undo` use them again; returns the ids of all that `names` stand for.

    A name is an id, the first characters of one, or the path of the file. Later runs do not bring them back. Raises
    `UnknownNameError` for a name that stands for no photograph or for several, before anything is changed.
    """
    with open_work(home) as connection, transaction(connection):
        image_ids = list(dict.fromkeys(resolve_photograph(connection, name) for name in names))
        if undo:
            _use(connection, "catalogue/mark_restored", image_ids, REMOVED_REASON)
        else:
            _exclude(connection, "catalogue/mark_removed", image_ids, REMOVED_REASON)
        write.renew_exclusions(connection)
    return image_ids


def resolve_photograph(connection: Connection, name: str) -> str:
    """Return the id of the photograph that a name stands for: an id, its first characters, or a path.

    Raises `UnknownNameError`.
    """
    if _is_catalogued(connection, name):
        return name
    matches = _with_prefix(connection, name) or _at_path(connection, name)
    if not matches:
        raise UnknownNameError(unknown_photograph(connection, name))
    if len(matches) > 1:
        shown = ", ".join(matches[:3])
        raise UnknownNameError(
            f"several photographs match {name!r}: give one of their ids in full, for example {shown}"
        )
    return matches[0]


def _is_catalogued(connection: Connection, image_id: str) -> bool:
    return reader.query_frame(connection, "catalogue/select_unknown_images", {"image_ids": [image_id]}).is_empty()


def _with_prefix(connection: Connection, prefix: str) -> list[str]:
    if not _ID_PREFIX.fullmatch(prefix):
        return []
    rows = reader.query_frame(connection, "catalogue/select_photographs_with_prefix", {"prefix": prefix})
    return rows["image_id"].to_list()


def _at_path(connection: Connection, name: str) -> list[str]:
    """Return the photographs with the bytes of a file, or those last seen at its path if there is no such file."""
    path = Path(name)
    try:
        is_file, paths = path.is_file(), [str(path.absolute()), str(path.resolve())]
    except (OSError, ValueError):
        return []
    if is_file:
        image_id = image_id_of(path)
        return [image_id] if image_id and _is_catalogued(connection, image_id) else []
    rows = reader.query_frame(connection, "catalogue/select_photographs_at", {"paths": paths})
    return rows["image_id"].to_list()


def _exclude(connection: Connection, statement: str, image_ids: Sequence[str], reason: str) -> None:
    """Mark photographs that are not marked yet, and hide their stored features."""
    parameters = {"image_ids": list(image_ids), "moment": clock.now()}
    marked = [image_id for (image_id,) in connection.execute(sql(statement), parameters).fetchall()]
    if marked:
        renew_change_token(connection)
        stored = reader.query_frame(connection, "features/select_stored_features", {"image_ids": marked}).rows()
        record_missing_features(connection, [(*feature, reason) for feature in stored])


def _use(connection: Connection, statement: str, image_ids: Sequence[str], reason: str) -> None:
    """Remove the mark from photographs, and show the features that it hid."""
    parameters = {"image_ids": list(image_ids)}
    if connection.execute(sql(statement), parameters).fetchall():
        renew_change_token(connection)
        connection.execute(sql("features/release_hidden"), {**parameters, "moment": clock.now(), "reason": reason})
