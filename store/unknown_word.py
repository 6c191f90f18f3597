"""A word of a file name or manifest row that was not understood."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class UnknownWord:
    """A word that is not among those allowed for its field, and the nearest one of these; '' if none is near."""

    field: str
    word: str
    nearest: str = ""
