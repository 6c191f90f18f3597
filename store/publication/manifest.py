"""The manifest of a publication: a small file beside the store that describes it, so that the store need not be opened.

It also detects whether a store was modified after publication: DuckDB rewrites the head of a file with every change.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from affect_store.store.engine.duckdb import Connection, schema_version
from affect_store.store.engine.settings import get_setting
from affect_store.store.home import STORE_FILE
from affect_store.store.schema.setting_keys import SettingKey

FILE = "publication.json"

_HEAD_BYTES = 3 * 4096
"""A DuckDB file begins with three headers: the main header and two alternating database headers."""


@dataclass(frozen=True)
class Manifest:
    """Schema version, the published state of the work store, whose faces are included, and a checksum.

    `change` is the token that every change of the work store renews; `head_sha256` covers the head of the store's file.
    """

    schema_version: str | None
    change: str | None
    with_faces: bool
    head_sha256: str
    faceless: list[str] | None = None
    """Corpora whose faces are left out of a publication with faces; None in publications of earlier versions."""

    is_preliminary: bool = False
    """Whether its run went on to train further models, whose publication replaces this one."""

    made_by: str | None = None
    """Versions of the code and of DuckDB that made the store; another version does not begin with a copy of it."""

    n_shared: int = 0
    """Number of successive publications, up to this one, that began as a copy of the one before; 0 if made anew."""

    deleted_bytes: int = 0
    """Approximate size of the rows that were deleted from these copies; they stay in the file."""

    made_anew_because: str | None = None
    """Why the store was made anew."""

    sums_sha256: str | None = None
    """Checksum of the sums over vectors that are kept beside the store; see `vector_sums`."""


def write_manifest(
    connection: Connection,
    folder: Path,
    *,
    made_by: str | None = None,
    n_shared: int = 0,
    deleted_bytes: int = 0,
    made_anew_because: str | None = None,
    sums_sha256: str | None = None,
) -> None:
    """Write the manifest of the store in `folder`; `connection` reads it, and it must not change any more."""
    manifest = Manifest(
        schema_version=schema_version(connection),
        change=get_setting(connection, SettingKey.CHANGE),
        with_faces=get_setting(connection, SettingKey.FACES_PUBLISHED) == str(True),
        head_sha256=_head_sha256(folder),
        faceless=json.loads(get_setting(connection, SettingKey.FACELESS_CORPORA) or "[]"),
        is_preliminary=get_setting(connection, SettingKey.PRELIMINARY) == str(True),
        made_by=made_by,
        n_shared=n_shared,
        deleted_bytes=deleted_bytes,
        made_anew_because=made_anew_because,
        sums_sha256=sums_sha256,
    )
    (folder / FILE).write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")


def _head_sha256(folder: Path) -> str:
    with (folder / STORE_FILE).open("rb") as file:
        return hashlib.sha256(file.read(_HEAD_BYTES)).hexdigest()


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of a publication; None if it has none, like those of older versions, or it cannot be read."""
    try:
        return Manifest(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def is_preliminary(folder: Path) -> bool:
    """Return whether a publication is preliminary."""
    manifest = read_manifest(folder)
    return manifest is not None and manifest.is_preliminary


def began_as_copy(folder: Path) -> bool:
    """Return whether a store began as a copy of another one, so that bytes of deleted rows may be in its file.

    One whose manifest cannot be read may have; older versions, which copied none, left no manifest.
    """
    manifest = read_manifest(folder)
    return (folder / FILE).exists() if manifest is None else manifest.n_shared > 0


def is_as_published(folder: Path, manifest: Manifest) -> bool:
    """Return whether the store is unmodified since publication. A killed writer leaves its changes in a WAL file."""
    store = folder / STORE_FILE
    has_wal = store.with_name(f"{STORE_FILE}.wal").exists()
    return store.is_file() and not has_wal and _head_sha256(folder) == manifest.head_sha256
