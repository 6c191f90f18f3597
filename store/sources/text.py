"""Names that come from outside, made safe to store and to print."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text with what is not valid UTF-8 (bytes of a file name that Python carries as surrogates) written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def is_storable(text: str) -> bool:
    """Whether the text is valid UTF-8 as it stands."""
    return storable(text) == text


def printable(text: str) -> str:
    """The text with control characters written out, so that no file name can steer a terminal; line breaks stay."""
    shown = (
        one if one.isprintable() or one == "\n" else one.encode("unicode_escape").decode() for one in storable(text)
    )
    return "".join(shown)
