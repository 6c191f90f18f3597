"""A first pattern for the names of an unknown folder, to be edited by a person: which part may be what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from affect_store.store.sources.similar_words import nearest_word
from affect_store.store.sources.text import composed
from affect_store.store.vocabulary import ANGLES_DEG, EMOTIONS, GAZES, SEXES

_PARTS = re.compile(r"[^\W\d_]+|\d+|[\W_]+")
_MAX_NAMES = 2_000
_MAX_EMOTIONS = 24
"""Maximum number of values of a part that may be an emotion."""

_SIMILARITY = 0.8
"""Similarity of a word to an emotion that it is taken for: German `Angst` is fear, and no misspelled `angry`."""

_FACTORS = {
    "angle": {f"{angle:{form}}" for angle in ANGLES_DEG for form in ("d", "03d")},
    "gaze": set(GAZES),
    "sex": {*SEXES, *(word[0] for word in SEXES)},
}
"""Groups that are recognised by their values, in lower case."""

_SPECIAL = re.compile(r"([.^$*+?{}\[\]\\|()])")


@dataclass(frozen=True)
class PatternGuess:
    """A pattern, and the words of its group `emotion` with the emotion that each may mean; '' if that is unknown."""

    pattern: str
    words: dict[str, str]


def guess_pattern(names: Iterable[str], further: Sequence[str] = ()) -> PatternGuess | None:
    """Return a pattern for the most frequent form of these names; None if no part of them can be an emotion.

    The emotion is the part with letters or numbers that has the most known words, else the fewest values; the subject
    is the part with the most values among the others. `further` are the classes that the folder declares besides the
    eight emotions.
    """
    split = [_PARTS.findall(composed(name)) for name in list(names)[:_MAX_NAMES]]
    forms = Counter(tuple(map(_form, parts)) for parts in split)
    if not forms:
        return None
    form, _ = forms.most_common(1)[0]
    columns = list(zip(*(parts for parts in split if tuple(map(_form, parts)) == form), strict=True))
    varying = [  # without the suffix
        index for index, column in enumerate(columns[:-1]) if _is_value(form[index]) and len(set(column)) > 1
    ]
    emotion = max(varying, key=lambda index: _likeness(columns[index], further), default=None)
    others = [index for index in varying if index != emotion]
    if emotion is None or not others or len(set(columns[emotion])) > _MAX_EMOTIONS:
        return None
    subject = max(others, key=lambda index: (len(set(columns[index])), -index))
    words = {word: _emotion(word, further) for word in sorted({composed(word.casefold()) for word in columns[emotion]})}
    part_of = {"emotion": emotion, "subject": subject}
    for index in others:
        if index != subject and (factor := _factor(columns[index])):
            part_of.setdefault(factor, index)
    groups = {index: group for group, index in part_of.items()}
    pattern = "".join(_part(form[index], columns[index], groups.get(index)) for index in range(len(form)))
    return PatternGuess(pattern, words)


def _form(part: str) -> str:
    return r"\d+" if part.isdecimal() else r"\w+" if part[0].isalpha() else part


def _is_value(form: str) -> bool:
    return form in (r"\d+", r"\w+")


def _likeness(column: Sequence[str], further: Sequence[str]) -> tuple[int, int]:
    """Return how much a part looks like an emotion: the number of known words, then fewer values first."""
    values = {word.casefold() for word in column}
    return sum(bool(_emotion(word, further)) for word in values), -len(values)


def _emotion(word: str, further: Sequence[str]) -> str:
    return nearest_word(word, (*EMOTIONS, *further), similarity=_SIMILARITY)


def _factor(column: Sequence[str]) -> str | None:
    """Return the factor whose values a part has; None if they are of no factor."""
    values = {word.casefold() for word in column}
    return next((group for group, allowed in _FACTORS.items() if values <= allowed), None)


def _part(form: str, column: Sequence[str], group: str | None) -> str:
    letters = r"\pL+" if form == r"\w+" else form
    if group:
        return f"(?P<{group}>{letters})"
    values = set(column)
    return _SPECIAL.sub(r"\\\1", column[0]) if len(values) == 1 else letters
