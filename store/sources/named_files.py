"""Folders whose file names hold the labels: which files are pictures, and what becomes of each.

Files are not opened.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from affect_store.store.errors import CorpusError, CorpusNameError
from affect_store.store.sources.similar_words import nearest_word
from affect_store.store.sources.text import escape_line_breaks, escape_undecodable, is_valid_utf8, require_name
from affect_store.store.types import Candidate, Labels, Reject
from affect_store.store.unknown_word import UnknownWord

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp"})
BAD_NAME = "bad name"

Parser = Callable[[str, str], Labels]
"""Returns the labels in a name, for a corpus of the given name; raises `CorpusNameError`."""


def scan_names(folder: Path, corpus: str, parse: Parser, *, of_paths: bool = False) -> Iterator[Candidate | Reject]:
    """Yield every picture below `folder` in the order of paths: a candidate, or a reject with reason 'bad name'.

    `parse` gets the name of the file or, with `of_paths`, its path relative to the folder with `/` between folders.
    Hidden files and files without a picture's suffix are skipped. Raises `CorpusError` if the folder does not exist.
    """
    for path in pictures_below(folder):
        try:
            require_usable_path(path, folder)
            name = path.relative_to(folder).as_posix() if of_paths else path.name
            yield Candidate(path, parse(name, corpus))
        except CorpusNameError as error:
            yield bad_name(path, error)


def bad_name(path: Path, error: CorpusError) -> Reject:
    """Return the reject of a file whose name was not understood."""
    return Reject(escape_line_breaks(str(path)), BAD_NAME, escape_undecodable(str(error)), unknown=error.unknown)


def require_usable_path(path: Path, folder: Path) -> None:
    """Raise `CorpusNameError` if a path below a folder cannot be stored or printed."""
    if not is_valid_utf8(str(path)):
        raise CorpusNameError(f"{escape_undecodable(str(path))!r} is not valid UTF-8")
    require_name(str(path).removeprefix(str(folder)), "the path", CorpusNameError)


def pictures_below(folder: Path) -> Iterator[Path]:
    """Yield the picture files below the folder, sorted; links to folders are not followed.

    Raises `CorpusError` if the folder does not exist.
    """
    if not folder.is_dir():
        raise CorpusError(f"expected a folder of photographs, but '{folder}' is not a folder")
    for path in files_below(folder):
        if is_picture(path):
            yield path


def is_picture(path: Path | str) -> bool:
    """Return whether a file has the suffix of a picture that is read."""
    return os.path.splitext(path)[1].lower() in PICTURE_SUFFIXES


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the files below the folder, sorted, without hidden ones; links to folders are not followed."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(parent, name)


def require_field(name: str, grammar: str, field: str, received: str, allowed: Sequence[str]) -> None:
    """Raise `CorpusNameError`, which names the field, unless its value is allowed by the grammar of the names."""
    if received not in allowed:
        nearest = nearest_word(received, allowed)
        expected = f"expected one of {' '.join(allowed)}" + (f"; did you mean {nearest!r}?" if nearest else "")
        raise CorpusNameError(
            f"{name!r} does not match {grammar} ({field} is {received!r}, {expected})",
            UnknownWord(field, received, nearest),
        )
