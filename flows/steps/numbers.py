"""Numbers of things in sentences: 1 person, 2 people."""

from __future__ import annotations


def number_of(count: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun; the plural is the singular with an s, unless it is given."""
    return f"{count:,} {singular if count == 1 else plural or f'{singular}s'}"
