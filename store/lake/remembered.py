"""What a home remembers of the lake that it publishes into: the id under which its rows are there, and the address.

It is a file beside the store, not a row in it: publications are copied and shared, and need not name other servers.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field, replace

from affect_store.store.engine import durable_files
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from affect_store.store.lake.address import LakeAddress, parse

_ID_BYTES = 6


@dataclass(frozen=True)
class Remembered:
    """The id of the home in lakes, and the addresses and data paths of those that it published into, the last one last.

    A person must be erased from all of them.
    """

    home_id: str
    lakes: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def addresses(self) -> list[LakeAddress]:
        """The lakes that the home has published into."""
        return [parse(url, data) for url, data in self.lakes]

    @property
    def address(self) -> LakeAddress | None:
        """The lake that the home published into last; None before the first time."""
        return self.addresses[-1] if self.lakes else None


def read(home: Home) -> Remembered | None:
    """Return what the home remembers, None if it has never published into a lake. Raises `StoreError`."""
    if not home.lake.is_file():
        return None
    try:
        return Remembered(**json.loads(home.lake.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise StoreError(f"'{home.lake}' cannot be read: expected JSON with home_id and lakes ({error})") from error


def identify(home: Home) -> Remembered:
    """Return what the home remembers; a home that has no id gets one, which is stored before it is used."""
    known = read(home)
    if known is None:
        known = Remembered(secrets.token_hex(_ID_BYTES))
        _write(home, known)
    return known


def remember(home: Home, address: LakeAddress) -> None:
    """Remember a lake that the home publishes into, as the last one."""
    known = identify(home)
    others = [(url, data) for url, data in known.lakes if url != address.url]
    _write(home, replace(known, lakes=[*others, (address.url, address.data)]))


def _write(home: Home, remembered: Remembered) -> None:
    temporary = home.lake.with_name(f".{home.lake.name}")
    temporary.write_text(json.dumps(asdict(remembered), indent=1) + "\n", encoding="utf-8")
    durable_files.put_in_place(temporary, home.lake)
