"""Find the files that a manifest names, whatever separator, Unicode form or case the names are written in.

Folders are listed, files are not opened. A name is followed only inside the manifest's folder.
"""

from __future__ import annotations

import os
import posixpath
import unicodedata
from collections import defaultdict
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from affect_store.store.errors import ManifestError
from affect_store.store.sources.text import is_valid_utf8, quoted, require_name

_UNUSUAL = frozenset({"", ".", ".."})
"""Parts of paths that are not names; the first one is empty in a path from the root."""

_MAX_SUGGESTIONS = 20
_MAX_COMPARED = 5_000
_MAX_WALKED = 100_000


class FolderIndex:
    """The names below a folder, listed once. Names are found as they are written, else in another spelling."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = folder.resolve()
        self._listings: dict[str, dict[str, bool]] = {}
        self._spellings: dict[str, dict[str, list[str]]] = {}
        self._paths: dict[str, list[str]] | None = None
        self._suggestions = 0

    def find(self, name: str) -> tuple[Path, bool]:
        """Return the path of the file that a manifest calls `name`, and whether it exists.

        A path that does not exist is returned as it is written. Raises `ManifestError` if it is empty or cannot be a
        name, leads out of the folder, or fits several files.
        """
        stripped = name.strip()
        if not stripped or "\0" in stripped:
            raise ManifestError("path is empty or contains a NUL character, expected a path relative to the manifest")
        require_name(stripped, "path", ManifestError)
        spellings = [name] if name == stripped else [name, stripped]
        if "\\" in stripped:
            spellings.append(stripped.replace("\\", "/"))
        for is_exact in (True, False):
            for spelling in spellings:
                parts = self._find(self._parts(spelling), is_exact=is_exact)
                if parts is not None:
                    return self._folder / "/".join(parts), True
        return self._folder / "/".join(self._parts(stripped)), False

    def similar(self, name: str) -> str | None:
        """Return a name that exists and is similar to one that does not; None if there is none.

        Only the first names of a manifest are compared: comparisons take long.
        """
        self._suggestions += 1
        if self._suggestions > _MAX_SUGGESTIONS:
            return None
        *parents, last = self._parts(name.strip().replace("\\", "/"))
        same = self._paths_by_name().get(_fold(last), [])
        if len(same) == 1:
            return same[0]
        parent = "/".join(parents)
        names = {_fold(other): other for other in list(self._listing(parent))[:_MAX_COMPARED] if is_valid_utf8(other)}
        matches = get_close_matches(_fold(last), names, n=1, cutoff=0.8)
        return posixpath.join(parent, names[matches[0]]) if matches else None

    def _parts(self, name: str) -> tuple[str, ...]:
        """Return the parts of a path below the folder. Raises `ManifestError` if it leads out of the folder."""
        parts = name.split("/")
        if _UNUSUAL.isdisjoint(parts):
            return tuple(parts)
        path = posixpath.normpath(name)
        for root in (str(self._folder), str(self._root)):
            if path.startswith(f"{root}/"):
                path = path.removeprefix(f"{root}/")
        if path.startswith("/") or path == "." or path.split("/", 1)[0] == "..":
            raise ManifestError(f"path {quoted(name)} leads out of the folder, expected a path inside '{self._folder}'")
        return tuple(path.split("/"))

    def _find(self, parts: tuple[str, ...], *, is_exact: bool) -> tuple[str, ...] | None:
        existing: list[str] = []
        for part in parts:
            parent = "/".join(existing)
            names = [part] if part in self._listing(parent) else []
            if not names and not is_exact:
                names = self._spelled(parent).get(_fold(part), [])
            if len(names) > 1:
                raise ManifestError(
                    f"path {quoted('/'.join(parts))} fits several files: {', '.join(map(quoted, names[:5]))}; write it "
                    "exactly as one of them"
                )
            if not names:
                return None
            existing.append(names[0])
            if self._listing(parent)[names[0]]:
                self._require_inside(existing)
        return tuple(existing)

    def _require_inside(self, parts: list[str]) -> None:
        """Raise `ManifestError` if a symbolic link leads out of the folder or to itself."""
        try:
            is_inside = self._folder.joinpath(*parts).resolve().is_relative_to(self._root)
        except (OSError, RuntimeError):  # a loop of links
            is_inside = False
        if not is_inside:
            name = quoted("/".join(parts))
            raise ManifestError(f"path {name} leads out of the folder, expected a path inside '{self._folder}'")

    def _listing(self, parent: str) -> dict[str, bool]:
        """Return the names in a folder, each with whether it is a symbolic link; empty if it cannot be listed."""
        if parent not in self._listings:
            try:
                with os.scandir(self._folder / parent) as entries:
                    self._listings[parent] = {entry.name: entry.is_symlink() for entry in entries}
            except OSError:
                self._listings[parent] = {}
        return self._listings[parent]

    def _spelled(self, parent: str) -> dict[str, list[str]]:
        if parent not in self._spellings:
            spellings: dict[str, list[str]] = defaultdict(list)
            for name in self._listing(parent):
                spellings[_fold(name)].append(name)
            self._spellings[parent] = spellings
        return self._spellings[parent]

    def _paths_by_name(self) -> dict[str, list[str]]:
        """Return the paths of all files below the folder by name; links to folders are not followed."""
        if self._paths is None:
            self._paths = defaultdict(list)
            walk = ((parent, name) for parent, _, names in os.walk(self._folder) for name in names)
            for parent, name in islice(walk, _MAX_WALKED):
                path = posixpath.relpath(posixpath.join(parent, name), self._folder)
                if is_valid_utf8(path):
                    self._paths[_fold(name)].append(path)
        return self._paths


def _fold(name: str) -> str:
    """Return a name without differences in case and Unicode form."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
