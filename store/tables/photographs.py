"""Photographs by their ids: which the store does not hold, and which ids are near one of those."""

from __future__ import annotations

from collections.abc import Sequence

from store.errors import UnknownNameError
from store.tables import read
from store.tables.duck import Connection

_LEAST = 4


def near(connection: Connection, name: str) -> list[str]:
    """Up to three ids that begin like a name or end like it, over half of its length, the nearest first."""
    half = max(_LEAST, len(name) // 2)
    parameters = {"name": name, "beginning": name[:half], "ending": name[-half:]}
    return list(read.frame(connection, "select_near_photographs", parameters)["image_id"])


def unknown_photograph(connection: Connection, name: str) -> str:
    """The message for an id that no photograph has. It gives near ones in full, as they are asked for in full."""
    count = read.number(connection, "count_images")
    told = f"there is no photograph {name!r} among the {count:,} of the store"
    found = near(connection, name)
    return f"{told}; near it: {', '.join(found)}" if found else told


def require_known(connection: Connection, image_ids: Sequence[str]) -> None:
    """Raise `UnknownNameError`, with the near ids, where one of these is no photograph's."""
    if not image_ids:
        return
    missing = set(read.frame(connection, "select_unknown_images", {"image_ids": list(image_ids)})["image_id"])
    if missing:
        first = next(one for one in image_ids if one in missing)
        others = f"; nor are {len(missing) - 1:,} more of those asked for" if len(missing) > 1 else ""
        raise UnknownNameError(unknown_photograph(connection, first) + others)
