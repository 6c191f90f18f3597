"""The address of a lake: where its catalogue is, and where its data files are. Addresses with passwords are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from affect_store.store.errors import StoreError

SCHEME = "ducklake:"
POSTGRES, SQLITE, FILE = "postgres", "sqlite", "file"

_KIND = re.compile(r"([A-Za-z][A-Za-z0-9+]*):(.*)", re.DOTALL)
_PASSWORD = re.compile(r"\w*(?:password|passwd|secret|token)\w*\s*=|//[^\s@]*:[^\s@]*@", re.IGNORECASE)
_REMOTE = re.compile(r"([a-z][a-z0-9]*)://", re.IGNORECASE)

EXPECTED = "expected 'ducklake:postgres:dbname=NAME host=HOST', 'ducklake:sqlite:FILE' or 'ducklake:FILE'"


@dataclass(frozen=True)
class LakeAddress:
    """A lake: the kind of its catalogue, the file or libpq parameters of the catalogue, and the path of its data files.

    `data` is None for a lake that exists, which knows it, and for one whose files go beside the file of its catalogue.
    """

    kind: str
    place: str
    data: str | None = None

    @property
    def url(self) -> str:
        """The address as a user writes it; it never has a password."""
        return SCHEME + (self.place if self.kind == FILE else f"{self.kind}:{self.place}")

    @property
    def file(self) -> Path | None:
        """The file of the catalogue; None if it is in PostgreSQL."""
        return None if self.kind == POSTGRES else Path(self.place)


def is_lake(text: object) -> bool:
    """Return whether a text is the address of a lake and not the path of a home."""
    return isinstance(text, str) and text.startswith(SCHEME)


def parse(url: str, data: str | None = None) -> LakeAddress:
    """Parse the address of a lake; paths become absolute.

    Raises `StoreError` for another form, and for a password in it, which the message does not repeat.
    """
    if _PASSWORD.search(f"{url} {data or ''}"):
        raise StoreError(
            "the address of a lake must not have a password, since it is kept and shown: that of PostgreSQL is "
            "read from PGPASSWORD, PGPASSFILE or ~/.pgpass, the keys of S3 from AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY or the profile AWS_PROFILE"
        )
    if not is_lake(url):
        raise StoreError(f"'{url}' is not the address of a lake: {EXPECTED}")
    kind, place = _kind_of(url.removeprefix(SCHEME), url)
    return LakeAddress(kind, place, None if data is None else _data(data))


def _kind_of(rest: str, url: str) -> tuple[str, str]:
    scheme = _KIND.fullmatch(rest)
    kind, place = (scheme[1].lower(), scheme[2]) if scheme else (FILE, rest)
    if not place.strip():
        raise StoreError(f"'{url}' names no catalogue: {EXPECTED}")
    if kind == POSTGRES:
        return kind, place
    if kind in (SQLITE, FILE):
        return kind, str(Path(place).expanduser().absolute())
    raise StoreError(f"'{url}' has the unknown scheme '{kind}': {EXPECTED}")


def _data(data: str) -> str:
    remote = _REMOTE.match(data)
    if remote is None:
        return str(Path(data).expanduser().absolute())
    if remote[1].lower() != "s3":
        raise StoreError(f"'{data}' is no path for data files: expected a folder or 's3://BUCKET/PATH'")
    return data
