"""Rejects for files that cannot be read, with the same reason and words before and in a run."""

from __future__ import annotations

from affect_store.store.errors import UnreadablePhotoError
from affect_store.store.types import Candidate, Reject

READ_ERROR = "read error"
"""Reason of files that the system could not read; every run tries again."""


def reject_of(candidate: Candidate, error: Exception) -> Reject:
    """Return the reject of a file that could not be read as a photograph because of this error."""
    path = candidate.path
    if isinstance(error, FileNotFoundError):
        hint = f" ({candidate.hint})" if candidate.hint else ""
        return Reject(str(path), "missing file", f"'{path}' does not exist{hint}")
    if not isinstance(error, UnreadablePhotoError):
        return Reject(str(path), READ_ERROR, f"'{path}' could not be read: {error}; every run tries again")
    return Reject(str(path), error.reason, f"'{path}' cannot be read as a photograph: {error}")
