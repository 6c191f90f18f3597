"""What a home remembers of the lake that it publishes into: the id under which its rows are there, and the address.

It is a file beside the store, not a row in it: publications are copied and shared, and need not name other servers.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, replace

from affect_store.store.engine import durable_files
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from affect_store.store.lake.address import LakeAddress, parse

_ID_BYTES = 6


@dataclass(frozen=True)
class Remembered:
    """The id of the home in lakes, and the lake that it published into last; None before the first time."""

    home_id: str
    url: str | None = None
    data: str | None = None

    @property
    def address(self) -> LakeAddress | None:
        """The lake that the home published into last."""
        return None if self.url is None else parse(self.url, self.data)


def read(home: Home) -> Remembered | None:
    """Return what the home remembers, None if it has never published into a lake. Raises `StoreError`."""
    if not home.lake.is_file():
        return None
    try:
        return Remembered(**json.loads(home.lake.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise StoreError(f"'{home.lake}' cannot be read: expected JSON with home_id, url and data ({error})") from error


def identify(home: Home) -> Remembered:
    """Return what the home remembers; a home that has no id gets one, which is stored before it is used."""
    known = read(home)
    if known is None:
        known = Remembered(secrets.token_hex(_ID_BYTES))
        _write(home, known)
    return known


def remember(home: Home, address: LakeAddress) -> None:
    """Remember the lake that the home published into."""
    _write(home, replace(identify(home), url=address.url, data=address.data))


def _write(home: Home, remembered: Remembered) -> None:
    temporary = home.lake.with_name(f".{home.lake.name}")
    temporary.write_text(json.dumps(asdict(remembered), indent=1) + "\n", encoding="utf-8")
    durable_files.put_in_place(temporary, home.lake)
