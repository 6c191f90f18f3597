"""The tree of errors. A photograph without a face is a value (`types.NoFace`), never an error.

AffectError
├── CorpusError          a folder, manifest or file name that cannot be used
│   ├── CorpusNameError  a file name outside its grammar
│   └── ManifestError    a manifest that cannot be read or a row that contradicts itself
├── UnreadablePhotoError bytes that do not decode to a photograph
├── ShapeError           an array that does not have the shape or type its value demands
├── StoreError           the DuckDB store: locked, missing, of another schema version
│   ├── StoreLockedError
│   ├── NotPublishedError
│   └── UnknownNameError a view, version, split, model or run that the store does not hold
├── QueryError           SQL of the user's that the published store refuses
├── AuditFailedError     the gate's no: nothing was published
├── UntrainableError     a training set from which the asked model cannot be trained
├── WorkerDiedError      a worker process that was killed
├── UnexpectedError      what nobody foresaw, in one sentence with the place of its trace
└── MissingLibraryError  a library of the operating system that is not installed
"""

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST_SHOWN = 40
_SHORTENED_TO = 12


class AffectError(Exception):
    """Root of every error that affect-store raises on purpose; its message is meant for the user."""


class CorpusError(AffectError):
    """A folder, manifest or file name that cannot be used."""


class CorpusNameError(CorpusError):
    """A file name outside the grammar of its corpus."""


class ManifestError(CorpusError):
    """A manifest that cannot be read, lacks a column, or has a row that cannot be used."""


class UnreadablePhotoError(AffectError):
    """Bytes that do not decode to a photograph."""


class ShapeError(AffectError):
    """An array whose shape, dtype or content is not what its value demands."""


class StoreError(AffectError):
    """Something about the DuckDB store."""


class StoreLockedError(StoreError):
    """Another process holds the work store."""


class NotPublishedError(StoreError):
    """There is no published store in this home yet."""


class UnknownNameError(StoreError):
    """A name that the store does not hold; the message lists the near ones."""


class QueryError(AffectError):
    """SQL of the user's that the published store refuses."""


class AuditFailedError(AffectError):
    """The audit found something that must not be published."""


class UntrainableError(AffectError):
    """A training set from which the asked model cannot be trained; the message is the sentence to show."""


class WorkerDiedError(AffectError):
    """A worker process that was killed from outside."""


class UnexpectedError(AffectError):
    """What nobody foresaw: names the error and the log that holds its trace."""


class MissingLibraryError(AffectError):
    """A shared library of the operating system is missing."""


def unknown(kind: str, name: str, known: Iterable[str], *, of: str | None = None) -> str:
    """The message for a name that nothing has, or that `of` has not: the near ones, or all of a few, or how many."""
    known = sorted(known)
    told = f"there is no {kind} {name!r}" if of is None else f"{of!r} has no {kind} {name!r}"
    if not known:
        return f"{told}: the store has none yet"
    begin = [one for one in known if name and one.startswith(name)]
    near = get_close_matches(name, known, n=3, cutoff=0.5) or begin[:3]
    if near:
        return f"{told}; near it: {_listed(near)}"
    shown = _listed(known) if len(known) <= 12 else f"{_listed(known[:6])} and {len(known) - 6} more"
    return f"{told}; there are {shown}"


def _listed(names: list[str]) -> str:
    """The names, one after the other; of a hash the beginning, which tells it from the others as well."""
    return ", ".join(one if len(one) <= _LONGEST_SHOWN else f"{one[:_SHORTENED_TO]}…" for one in names)
