"""Errors of the operating system about files, as one sentence each: which path, what is kept, and what to do."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from pathlib import Path

from affect_store.store.home import Home

KEPT = "what was stored before is kept, and the last publication is unchanged"
ANOTHER = "name another place (for a home with `--home`)"

_PROBE_BYTES = 4 * 2**20
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_BY_TEXT = {
    "no space left on device": errno.ENOSPC,
    "disk quota exceeded": errno.EDQUOT,
    "read-only file system": errno.EROFS,
    "permission denied": errno.EACCES,
    "too many open files": errno.EMFILE,
}
"""Texts of the same errors in libraries that raise errors without a number, DuckDB and HDF5 among them."""

_SENTENCES = {
    errno.EROFS: f"'{{path}}' cannot be written, its file system is read-only: {ANOTHER}; {KEPT}",
    errno.EACCES: f"no permission for '{{path}}': change the permissions, or {ANOTHER}; {KEPT}",
    errno.EPERM: f"no permission for '{{path}}': change the permissions, or {ANOTHER}; {KEPT}",
    errno.EEXIST: f"'{{path}}' exists and is a file, expected a folder: {ANOTHER}, or remove the file",
    errno.ENOTDIR: f"a part of the path '{{path}}' is a file, expected a folder: {ANOTHER}",
    errno.EISDIR: "'{path}' is a folder, expected a file",
    errno.ENOENT: "there is no file or folder '{path}'",
    errno.ELOOP: "'{path}' is or contains a symbolic link that leads to itself: remove that link, then run again",
    errno.ENAMETOOLONG: "the name is too long for the file system: '{path}'",
    errno.EMFILE: f"too many open files: raise the limit with `ulimit -n 4096`, then run again; {KEPT}",
    errno.EFBIG: f"a file in '{{path}}' would exceed the size limit: raise it with `ulimit -f unlimited`; {KEPT}",
}


def explain(error: BaseException, home: Home | None = None) -> str | None:
    """Return the sentence for an error about files; None for any other error.

    Where the error names no path, that of the `home` is named, and for a full disk every full one that a run writes to.
    """
    number = _number(error)
    named = _named_path(error)
    path = named or (str(home.root) if home else "")
    if number in _FULL:
        disks = [named] if named else _full_disks(home) or ([path] if path else [])
        where = f"the disk of {' and '.join(map(repr, disks))}" if disks else "a disk that this command writes to"
        return f"no space left on {where}: free some space there, then run the same command again; {KEPT}"
    sentence = _SENTENCES.get(number or 0)
    return sentence.format(path=path) if sentence and path else None


def require_writable(home: Home) -> None:
    """Write and remove a small file in the home; raises `OSError` if that is impossible.

    A full disk or a read-only home is reported before Prefect starts, whose server would fail without a reason.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=home.root) as file:
        file.write(bytes(_PROBE_BYTES))
        file.flush()


def _number(error: BaseException) -> int | None:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    if not isinstance(error, OSError) and "duckdb" not in type(error).__module__:
        return None
    text = str(error).lower()
    return next((number for words, number in _BY_TEXT.items() if words in text), None)


def _named_path(error: BaseException) -> str:
    """Return the path that the error names, as an attribute or in DuckDB's text; empty if it names none."""
    if isinstance(error, OSError) and error.filename is not None:
        name = error.filename
        return os.fsdecode(name) if isinstance(name, str | bytes | os.PathLike) else str(name)
    quoted = re.search(r'"(/[^"]*)"', str(error))
    return quoted[1] if quoted else ""


def _full_disks(home: Home | None) -> list[str]:
    """Return the folders that a run writes to whose disks are full."""
    folders = [*([home.root] if home else []), Path(tempfile.gettempdir()), Path("/dev/shm")]
    return [str(folder) for folder in folders if folder.is_dir() and shutil.disk_usage(folder).free < _PROBE_BYTES]
