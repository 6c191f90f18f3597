"""What a publication holds, told by a small file beside its store: nobody has to open the store to know.

It also tells whether the store is as it was published: DuckDB writes the head of a file anew with every change.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from store.tables.duck import Connection, schema_version
from store.tables.home import STORE_FILE
from store.tables.write import setting

FILE = "publication.json"
CHANGE = "change"
"""The setting that changes with everything that would be published."""

FACES_ARE_IN = "faces are published"
_HEAD_BYTES = 3 * 4096
"""A DuckDB file begins with three headers: the file's, and two of the database that take turns."""


@dataclass(frozen=True)
class Stamp:
    """The state of the work store that was published, with or without faces, and the sha256 of the file's head."""

    schema_version: str | None
    change: str | None
    with_faces: bool
    head_sha256: str


def write_stamp(connection: Connection, folder: Path) -> None:
    """Stamp the store in `folder`, which `connection` reads and nobody writes to any more."""
    text = json.dumps(asdict(_stamp(connection, folder)), indent=1) + "\n"
    (folder / FILE).write_text(text, encoding="utf-8")


def _stamp(connection: Connection, folder: Path) -> Stamp:
    with_faces = setting(connection, FACES_ARE_IN) == str(True)
    return Stamp(schema_version(connection), setting(connection, CHANGE), with_faces, _head(folder))


def _head(folder: Path) -> str:
    with (folder / STORE_FILE).open("rb") as file:
        return hashlib.sha256(file.read(_HEAD_BYTES)).hexdigest()


def stamp_of(folder: Path) -> Stamp | None:
    """The stamp of a publication; None where an older affect-store made it, or the file cannot be read."""
    try:
        return Stamp(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def is_as_published(folder: Path, stamp: Stamp) -> bool:
    """Whether nobody has written to the store since; a program that was killed leaves its changes in a file beside."""
    store = folder / STORE_FILE
    return store.is_file() and not store.with_name(f"{STORE_FILE}.wal").exists() and _head(folder) == stamp.head_sha256
