"""All errors that affect-store raises. A photograph without a face is a value (`types.NoFace`), not an error.

AffectError
├── CorpusError          a folder, manifest or file name that cannot be used
│   ├── CorpusNameError  a file name that does not match its naming scheme
│   └── ManifestError    a manifest that cannot be read, lacks a column or has an invalid row
├── UnreadablePhotoError a file that cannot be decoded as an image
│   ├── DamagedPhotoError    its decoder reports missing or corrupt data
│   └── OversizedPhotoError  the file has too many bytes, or the image too many pixels
├── ShapeError           an array of unexpected shape, dtype or content
├── StoreError           the DuckDB store cannot be used, for example because its schema version differs
│   ├── StoreLockedError  another process holds the store
│   ├── NotPublishedError the home has no published store yet
│   └── UnknownNameError  a view, version, split, model or run that is not in the store
├── ExtensionError       a file or entry point of the user's own, or a declaration in it, that cannot be used
├── QueryError           a query that the published store rejects
├── AuditFailedError     the audit failed; nothing was published
├── UntrainableError     a training set on which the model cannot be trained
├── WorkerDiedError      a worker process was killed
├── UnexpectedError      any other exception, with the path of the log that holds its traceback
└── MissingLibraryError  a missing library of the operating system
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from affect_store.store.unknown_word import UnknownWord

_MAX_SUGGESTIONS = 3
_MAX_LISTED = 12
_MAX_NAME_LENGTH = 40
_PREFIX_LENGTH = 12
_HASH = re.compile(r"[0-9a-f]{12,}")


class AffectError(Exception):
    """Base class of all errors of affect-store; messages are written for the user."""


class CorpusError(AffectError):
    """A folder, manifest or file name that cannot be used; `unknown` is the word that was not understood, if any."""

    def __init__(self, message: str, unknown: UnknownWord | None = None) -> None:
        super().__init__(message)
        self.unknown = unknown


class CorpusNameError(CorpusError):
    """A file name that does not match the naming scheme of its corpus."""


class ManifestError(CorpusError):
    """A manifest that cannot be read, lacks a column or has an invalid row."""


class UnreadablePhotoError(AffectError):
    """A file that cannot be decoded as an image; `reason` is the category of the reject."""

    reason = "unreadable"


class DamagedPhotoError(UnreadablePhotoError):
    """A photograph whose decoder reports missing or corrupt data."""

    reason = "damaged"


class OversizedPhotoError(UnreadablePhotoError):
    """A file with too many bytes, or an image with too many pixels."""

    reason = "too large"


class ShapeError(AffectError):
    """An array of unexpected shape, dtype or content."""


class StoreError(AffectError):
    """The DuckDB store is missing, damaged, locked or of another schema version."""


class StoreLockedError(StoreError):
    """Another process holds the store or the lock of the home."""


class NotPublishedError(StoreError):
    """The home has no published store yet."""


class UnknownNameError(StoreError):
    """A name that is not in the store; the message suggests similar names."""


class QueryError(AffectError):
    """A query that the published store rejects."""


class ExtensionError(AffectError):
    """A file or entry point of the user's own, or a declaration in it, that cannot be used."""


class AuditFailedError(AffectError):
    """The audit failed, so nothing was published."""


class UntrainableError(AffectError):
    """A training set on which the model cannot be trained; the message says why."""


class WorkerDiedError(AffectError):
    """A worker process was killed."""


class UnexpectedError(AffectError):
    """Any other exception; the message gives its type and the path of the log that holds its traceback."""


class MissingLibraryError(AffectError):
    """A shared library of the operating system is not installed."""


def unknown_name(kind: str, name: str, known: Iterable[str], *, of: str | None = None) -> str:
    """Return the message for a name that does not exist, or that `of` does not have.

    It suggests similar names; where there are none it lists the first known names and their number.
    """
    known = sorted(known, key=lambda candidate: (bool(_HASH.fullmatch(candidate)), candidate))  # names before hashes
    message = f"there is no {kind} {name!r}" if of is None else f"{of!r} has no {kind} {name!r}"
    if not known:
        return f"{message}: there are none yet"
    if similar := similar_names(name, known):
        return f"{message}; did you mean {_joined(similar)}?"
    if len(known) > _MAX_LISTED:
        return f"{message}; available: {_joined(known[:6])} and {len(known) - 6} more"
    return f"{message}; available: {_joined(known)}"


def similar_names(name: str, known: Iterable[str], *, cutoff: float = 0.5) -> list[str]:
    """Return at most three known names that are similar to `name` or begin with it."""
    known = list(known)
    with_prefix = [candidate for candidate in known if name and candidate.startswith(name)]
    return get_close_matches(name, known, n=_MAX_SUGGESTIONS, cutoff=cutoff) or with_prefix[:_MAX_SUGGESTIONS]


def _joined(names: list[str]) -> str:
    """Return the names separated by commas; long ones (hashes) are cut to a prefix."""
    return ", ".join(name if len(name) <= _MAX_NAME_LENGTH else f"{name[:_PREFIX_LENGTH]}…" for name in names)
