"""The further classes that a corpus declares in the file `affect.toml` beside its photographs.

    further_emotions = ["pained", "bored"]

A word that is neither one of the eight emotions nor declared stays an error, so that a slip is not taken for a class.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from affect_store.store.emotion_classes import is_name
from affect_store.store.errors import CorpusError, unknown_name
from affect_store.store.sources.manifest_files import bytes_of
from affect_store.store.sources.text import quoted
from affect_store.store.vocabulary import EMOTION_WORDS, EMOTIONS, GAZES, MAX_FURTHER_EMOTIONS, SEXES, UNKNOWN

FILE_NAME = "affect.toml"
KEY = "further_emotions"
KEYS = ("pattern", "map", KEY)
"""Keys of the file; the first two are those of `pattern_file`."""

_MAX_BYTES = 1_000_000
_RESERVED = frozenset({UNKNOWN, "na", "nan", "none", "null", "all", *GAZES, *SEXES})
"""Words for values that are not known, and values of other columns, to which a pattern maps words, too."""


def read_settings(path: Path) -> dict[str, Any]:
    """Return the keys of a file `affect.toml`. Raises `CorpusError` if it cannot be read, and for unknown keys."""
    try:
        settings = tomllib.loads(_limited(path, bytes_of(path)).decode())
    except OSError as error:
        raise CorpusError(f"the file '{path}' cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CorpusError(
            f"'{path}' is no TOML file in UTF-8: {error}. A pattern is written in single quotes"
        ) from error
    for name in settings:
        if name not in KEYS:
            raise CorpusError(f"'{path}': {unknown_name('key', name, KEYS)}")
    return settings


def _limited(path: Path, content: bytes) -> bytes:
    """Return the content of a file. Raises `CorpusError` if it is too large."""
    if len(content) > _MAX_BYTES:
        raise CorpusError(f"'{path}' is too large: {len(content):,} bytes, expected at most {_MAX_BYTES:,}")
    return content


def declared_emotions(folder: Path) -> tuple[str, ...]:
    """Return the further classes that the folder's `affect.toml` declares, in alphabetical order.

    Empty without that file. Raises `CorpusError` if the file or a name cannot be used.
    """
    path = folder / FILE_NAME
    if not os.path.lexists(path):
        return ()
    settings = read_settings(path)
    try:
        return emotions_in(settings)
    except CorpusError as error:
        raise CorpusError(f"'{path}': {error}") from error


def declares_only_emotions(folder: Path) -> bool:
    """Return whether the folder's `affect.toml` declares classes and holds no pattern for file names."""
    path = folder / FILE_NAME
    try:
        settings = read_settings(path) if os.path.lexists(path) else {}
    except CorpusError:
        return False
    return KEY in settings and not {"pattern", "map"} & settings.keys()


def emotions_in(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the classes that the keys of an `affect.toml` declare. Raises `CorpusError` for a name that is none."""
    words = settings.get(KEY, [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise CorpusError(f'expected a list of words, {KEY} = ["pained", "bored"]')
    if len(words) > MAX_FURTHER_EMOTIONS:
        raise CorpusError(f"{KEY} lists {len(words):,} words, expected at most {MAX_FURTHER_EMOTIONS}")
    for word in words:
        _require_class(word)
    if twice := sorted({word for word in words if words.count(word) > 1}):
        raise CorpusError(f"{KEY} lists {', '.join(map(quoted, twice))} twice")
    return tuple(sorted(words))


def declaration_of(word: str) -> str:
    """Say how a word that is not known is declared as a class of its own; empty if it can be none."""
    word = word.strip().casefold()
    if not is_name(word) or word in EMOTION_WORDS or word in _RESERVED:
        return ""
    return f'; a class of its own is declared in {FILE_NAME}: {KEY} = ["{word}"]'


def _require_class(word: str) -> None:
    if word in EMOTIONS:
        raise CorpusError(f"{KEY} lists {quoted(word)}, which is one of the eight emotions and need not be declared")
    if word in _RESERVED:
        raise CorpusError(f"{KEY} lists {quoted(word)}, which has another meaning in manifests and names")
    if word in EMOTION_WORDS:
        raise CorpusError(
            f"{KEY} lists {quoted(word)}, which means {EMOTION_WORDS[word]}: write that as the emotion, "
            "or choose another name for a class of its own"
        )
    if not is_name(word):
        raise CorpusError(
            f"{KEY} lists {quoted(word)}, expected a name of 1 to 24 characters a to z and _, which begins with a "
            "letter"
        )
