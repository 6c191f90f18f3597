"""Text from outside, such as file names, made safe to store and to print."""

from __future__ import annotations

import unicodedata

from affect_store.store.errors import AffectError, CorpusError

_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, undecodable bytes (surrogates), line separators and paragraph separators."""

_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the direction of the text after them, so that it is displayed in another order."""

_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0")
"""Characters without ink that Unicode does not class as spaces or format characters."""


def escape_undecodable(text: str) -> str:
    """Return the text as valid UTF-8: undecodable bytes of file names (surrogates in Python) are escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def is_valid_utf8(text: str) -> bool:
    """Return whether the text is valid UTF-8 as it is."""
    return escape_undecodable(text) == text


def composed(text: str) -> str:
    """Return the text in the Unicode form NFC: letters with accents as one character where there is one."""
    return unicodedata.normalize("NFC", text)


def quoted(text: str, *, limit: int = 60) -> str:
    """Return the text in quotation marks, cut if it is long."""
    return repr(text if len(text) <= limit else f"{text[: limit - 3]}...")


def escape_control_characters(text: str) -> str:
    """Return the text with control characters escaped, so that no file name can steer a terminal; line breaks stay."""
    return "".join(
        character if character.isprintable() or character == "\n" else character.encode("unicode_escape").decode()
        for character in escape_undecodable(text)
    )


def require_name(text: str, title: str, error: type[AffectError] = CorpusError) -> str:
    """Return the text if it can be a name: of a person, a corpus or a file. `title` says what it names in the message.

    Raises `error` if it has no visible character, or contains a control character, a line break, a character that
    changes the direction of text, or bytes that are not UTF-8: such names could not be typed, compared or printed.
    """
    if text.isascii() and text.isprintable() and text.strip():
        return text
    for character in filter(_is_forbidden, text):
        raise error(
            f"{title} is '{escape_line_breaks(text)}', which contains {_name_of(character)}; "
            "expected printable characters on one line"
        )
    if not any(map(is_visible, text)):
        raise error(f"{title} is {text!r}, which has no visible character; expected a name")
    return text


def is_visible(character: str) -> bool:
    """Return whether a character has ink: not a space, a control or format character, or a variation selector."""
    return (
        unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")
        and character not in _BLANK_LETTERS
        and not ("\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef")
    )


def escape_line_breaks(text: str) -> str:
    """Return the text on one line: control characters are escaped, line breaks included."""
    return escape_control_characters(text).replace("\n", "\\n")


def _is_forbidden(character: str) -> bool:
    return unicodedata.category(character) in _FORBIDDEN_CATEGORIES or character in _BIDI_CONTROLS


def _name_of(character: str) -> str:
    if unicodedata.category(character) == "Cs":
        return "bytes that are not UTF-8"
    if character in "\n\r\u2028\u2029\x85":
        return f"a line break (U+{ord(character):04X})"
    kind = "the character for the direction of text" if character in _BIDI_CONTROLS else "the control character"
    return f"{kind} U+{ord(character):04X}"
