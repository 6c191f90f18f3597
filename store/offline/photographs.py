"""Check that photographs are in the store, and suggest similar ids if they are not."""

from __future__ import annotations

from collections.abc import Sequence

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.errors import UnknownNameError

_MIN_MATCHING_DIGITS = 4


def similar_ids(connection: Connection, name: str) -> list[str]:
    """Return up to three ids, the most similar first, that share at least half of the name as a prefix or suffix."""
    half = max(_MIN_MATCHING_DIGITS, len(name) // 2)
    parameters = {"name": name, "beginning": name[:half], "ending": name[-half:]}
    return list(reader.query_frame(connection, "catalogue/select_near_photographs", parameters)["image_id"])


def unknown_photograph(connection: Connection, name: str) -> str:
    """Return the message for an unknown photograph; it gives similar ids in full, since queries need them in full."""
    count = reader.query_number(connection, "catalogue/count_images")
    message = f"there is no photograph {name!r} among the {count:,} in the store"
    similar = similar_ids(connection, name)
    return f"{message}; did you mean {', '.join(similar)}?" if similar else message


def require_known(connection: Connection, image_ids: Sequence[str]) -> None:
    """Raise `UnknownNameError`, which suggests similar ids, unless all photographs are in the store."""
    if not image_ids:
        return
    parameters = {"image_ids": list(image_ids)}
    missing = set(reader.query_frame(connection, "catalogue/select_unknown_images", parameters)["image_id"])
    if missing:
        first = next(image_id for image_id in image_ids if image_id in missing)
        message = unknown_photograph(connection, first)
        raise UnknownNameError(message + (f" ({len(missing) - 1:,} more are missing)" if len(missing) > 1 else ""))
