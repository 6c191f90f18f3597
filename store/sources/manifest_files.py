"""The manifest of a folder: which file it is, its bytes within limits, and the reader of its format."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from affect_store.store.errors import ManifestError
from affect_store.store.sources.manifest_csv import read_csv
from affect_store.store.sources.manifest_parquet import read_parquet
from affect_store.store.sources.manifest_table import MAX_FILE_BYTES, ManifestTable
from affect_store.store.sources.manifest_xlsx import read_xlsx

FILE_NAME = "manifest.csv"
Reader = Callable[[Path, bytes], ManifestTable]
READERS: dict[str, Reader] = {
    FILE_NAME: read_csv,
    "manifest.tsv": read_csv,
    "manifest.xlsx": read_xlsx,
    "manifest.parquet": read_parquet,
}
"""The reader of each manifest, by the name of the file in lower case."""

_KINDS = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket"}


def manifests_in(folder: Path, readers: Mapping[str, Reader] = READERS) -> list[Path]:
    """Return the files of a folder that are named like a manifest, in any case, sorted; or like one in `readers`."""
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise ManifestError(f"the folder '{folder}' cannot be listed: {error.strerror}") from error
    return [folder / name for name in names if name.lower() in readers]


def manifest_in(folder: Path) -> Path:
    """Return the manifest of a folder. Raises `ManifestError` unless there is exactly one."""
    paths = manifests_in(folder)
    if not paths:
        raise ManifestError(
            f"expected the file '{folder / FILE_NAME}' (or {', '.join(list(READERS)[1:])}), but it does not exist"
        )
    if len(paths) > 1:
        names = ", ".join(path.name for path in paths)
        raise ManifestError(f"'{folder}' has several manifests: {names}; keep the one that is to be used")
    return paths[0]


def read_manifest(path: Path, readers: Mapping[str, Reader] = READERS) -> ManifestTable:
    """Return the table in a manifest, or in another table with a reader in `readers` by its name.

    Raises `ManifestError` if it cannot be read: not a regular file, too large, or damaged.
    """
    try:
        return readers[path.name.lower()](path, bytes_of(path))
    except OSError as error:
        raise ManifestError(f"'{path}' cannot be read: {error.strerror or error}") from error


def bytes_of(path: Path) -> bytes:
    """Return the bytes of a regular file; a named pipe is neither read nor waited for.

    Raises `ManifestError` for anything else, and for a file that is too large; `OSError` if it cannot be opened.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            kind = _KINDS.get(stat.S_IFMT(status.st_mode), "a device")
            raise ManifestError(f"'{path}' is {kind}, expected a regular file")
        with open(descriptor, "rb", closefd=False) as file:
            content = file.read(MAX_FILE_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(content) > MAX_FILE_BYTES:
        raise ManifestError(
            f"'{path}' has {status.st_size:,} bytes, expected at most {MAX_FILE_BYTES:,}: leave out columns that "
            "are not needed, or split the corpus into folders with a manifest each"
        )
    return content
