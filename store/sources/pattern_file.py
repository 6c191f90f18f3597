"""The pattern of a user's own for file names: a regular expression with named groups, and a mapping of words.

It is a small TOML file `affect.toml` beside the photographs:

    pattern = 'vp(?P<subject>\\d+)_(?P<emotion>[a-z]+)_(?P<angle>\\d+)_(?P<take>\\d)\\.jpg'
    [map]
    freude = "happy"

It may declare further classes besides the eight emotions (see `declared_emotions`), to which words are mapped, too.
Patterns are matched by the engine of the library polars, in time proportional to the length of the names, so that no
pattern can hang a run; it knows no look-around and no backreferences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import ComputeError

from affect_store.store.errors import CorpusError
from affect_store.store.sources.declared_emotions import FILE_NAME as FILE_NAME
from affect_store.store.sources.declared_emotions import KEY, declaration_of, emotions_in, read_settings
from affect_store.store.sources.manifest_header import COLUMNS
from affect_store.store.sources.manifest_values import HIGHEST_DEG, LOWEST_DEG
from affect_store.store.sources.similar_words import nearest_word
from affect_store.store.sources.text import composed, quoted
from affect_store.store.unknown_word import UnknownWord
from affect_store.store.vocabulary import EMOTION_LABELS, GAZES, SEXES

REQUIRED_GROUPS = ("subject", "emotion")
GROUPS = tuple(name for name in COLUMNS if name != "path")
"""Groups that are read; a pattern may have others, such as `take`, which are not."""

VALUES = {
    "emotion": EMOTION_LABELS, "angle": tuple(map(str, range(LOWEST_DEG, HIGHEST_DEG + 1))), "gaze": GAZES,
    "sex": SEXES,
}  # fmt: skip
"""The values of each group to which words are mapped; no two groups share one."""

_GROUP_OF_VALUE = {value: group for group, values in VALUES.items() for value in values}
_WORDS = tuple(value for group, values in VALUES.items() if group != "angle" for value in values)
_MAX_PATTERN = 2_000


@dataclass(frozen=True)
class NamePattern:
    """A regular expression that a whole name must match, and the value of each mapped word, which is in lower case.

    A pattern with `/` is matched against the path relative to the folder, others against the name of the file.
    Words may also be mapped to `further_emotions`, the classes that the corpus declares besides the eight emotions.
    The pattern, names and words are compared in the Unicode form NFC, since file names from a Mac may be in NFD.
    Raises `CorpusError` if it is no regular expression, lacks a group, or words are mapped to unknown values.
    """

    pattern: str
    words: Mapping[str, str] = field(default_factory=dict)
    further_emotions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        groups = _groups(self.pattern)
        if missing := [name for name in REQUIRED_GROUPS if name not in groups]:
            raise CorpusError(
                f"the pattern {quoted(self.pattern)} lacks the group(s) {', '.join(missing)}: write the part of the "
                f"name that holds it as (?P<{missing[0]}>...); optional groups are "
                f"{', '.join(name for name in GROUPS if name not in REQUIRED_GROUPS)}"
            )
        for word, value in self.words.items():
            if value not in self._group_of_value:
                words = (*_WORDS, *self.further_emotions)
                nearest = nearest_word(value, words)
                raise CorpusError(
                    f"the word {quoted(word)} is mapped to {quoted(value)}, expected one of {' '.join(words)}, or "
                    f"whole degrees from {LOWEST_DEG} to {HIGHEST_DEG}"
                    + (f"; did you mean {nearest}?" if nearest else "")
                    + declaration_of(value),
                    UnknownWord("map", value, nearest),
                )

    @cached_property
    def _group_of_value(self) -> dict[str, str]:
        return {**_GROUP_OF_VALUE, **dict.fromkeys(self.further_emotions, "emotion")}

    @property
    def is_of_paths(self) -> bool:
        """Whether it is matched against paths relative to the folder."""
        return "/" in self.pattern

    def values_in(self, names: Sequence[str]) -> list[dict[str, str] | None]:
        """Return the values of each name by their group, words replaced; None for a name that does not match."""
        groups = [name for name in _groups(self.pattern) if name in GROUPS]
        series = pl.Series(map(composed, names), dtype=pl.String)
        whole = f"^(?:{composed(self.pattern)})$"
        frame = series.str.extract_groups(whole).struct.unnest().select(groups)
        matches = series.str.contains(whole)
        return [
            self._mapped(row) if is_match else None
            for row, is_match in zip(frame.iter_rows(named=True), matches, strict=True)
        ]

    def _mapped(self, row: Mapping[str, str | None]) -> dict[str, str]:
        return {group: self._value(group, text or "") for group, text in row.items()}

    @cached_property
    def _composed_words(self) -> dict[str, str]:
        return {composed(word): value for word, value in self.words.items()}

    def _value(self, group: str, text: str) -> str:
        value = self._composed_words.get(composed(text.casefold()), text)
        return value if self._group_of_value.get(value) == group else text


def _groups(pattern: str) -> tuple[str, ...]:
    """Return the names of a pattern's groups. Raises `CorpusError` if it is no regular expression."""
    if not pattern or len(pattern) > _MAX_PATTERN:
        raise CorpusError(f"the pattern has {len(pattern):,} characters, expected 1 to {_MAX_PATTERN:,}")
    try:
        series = pl.Series([""], dtype=pl.String).str.extract_groups(f"^(?:{pattern})$")
    except ComputeError as error:
        reason = str(error).strip().splitlines()[-1].removeprefix("error: ")
        raise CorpusError(
            f"the pattern {quoted(pattern)} is no regular expression that can be used: {reason}"
        ) from error
    return tuple(series.struct.fields)


def read_pattern(folder: Path) -> NamePattern:
    """Return the pattern in the file `affect.toml` of a folder. Raises `CorpusError` if it cannot be used."""
    path = folder / FILE_NAME
    content = read_settings(path)
    try:
        return _pattern_in(content)
    except CorpusError as error:
        raise CorpusError(f"'{path}': {error}", error.unknown) from error


def _pattern_in(content: Mapping[str, Any]) -> NamePattern:
    pattern, words = content.get("pattern"), content.get("map", {})
    if not isinstance(pattern, str):
        raise CorpusError("expected a text, pattern = '...', or a manifest beside this file")
    if not isinstance(words, dict):
        raise CorpusError('expected a table [map] with lines word = "value"')
    return NamePattern(pattern, {word.casefold(): str(value) for word, value in words.items()}, emotions_in(content))


def as_toml(pattern: NamePattern) -> str:
    """Return the content of a file `affect.toml`."""
    lines = [f"pattern = {toml_text(pattern.pattern)}"]
    if pattern.further_emotions:
        lines += [f"{KEY} = [{', '.join(map(toml_text, pattern.further_emotions))}]"]
    if pattern.words:
        lines += ["", "[map]", *(f"{toml_text(word)} = {toml_text(value)}" for word, value in pattern.words.items())]
    return "\n".join(lines) + "\n"


def toml_text(text: str) -> str:
    """Return a text as a TOML string: literal, in single quotes, if that is possible."""
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in escaped) + '"'
