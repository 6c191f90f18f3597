"""A person who withdraws consent, and how texts name one: nothing is read or decided here.

A person's id is a word of its own where it stands between other characters than letters and digits, and not within
the longer id of somebody else.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property

_NOTHING = r"[^\s\S]"
"""A regular expression that is found nowhere."""


@dataclass(frozen=True)
class Gone:
    """What leaves a store: the person, every photograph that was ever labelled as theirs, and where the files were.

    `others` are the ids of people in whose ids this one stands as a word: `lab-01-b` for `lab-01`.
    """

    subject_id: str
    image_ids: frozenset[str] = field(default_factory=frozenset)
    paths: frozenset[str] = field(default_factory=frozenset)
    others: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def patterns(self) -> dict[str, str]:
        """What `sql/macro_names_person.sql` binds: regular expressions of DuckDB."""
        things = self.image_ids | self.paths
        return {
            "things": pattern_of(things) if things else _NOTHING,
            "person": pattern_of({self.subject_id}),
            "others": _whole(self.others) if self.others else _NOTHING,
        }

    def in_bytes(self, words: Collection[str]) -> Callable[[bytes], bool]:
        """What tells whether a text in UTF-8 names the person, or has one of the words.

        A plain search comes first: hundreds of words in one regular expression are slow.
        """
        exact = {form.encode(): _compiled(pattern_of({form})) for one in words for form in forms_of(one)}
        person = [form.encode() for form in forms_of(self.subject_id)]
        is_person, others = _compiled(self.patterns["person"]), _compiled(self.patterns["others"])

        def names(text: bytes) -> bool:
            if any(form in text for form in person) and is_person.search(others.sub(b"", text)):
                return True
            return any(word in text and exactly.search(text) for word, exactly in exact.items())

        return names


def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode(), re.MULTILINE)


def forms_of(word: str) -> set[str]:
    """A word as it is, and as JSON and HTML write it."""
    return {word, json.dumps(word)[1:-1], html.escape(word)}


def _any_form(words: Collection[str]) -> str:
    return "|".join(map(re.escape, sorted({form for word in words for form in forms_of(word)}, key=len, reverse=True)))


def pattern_of(words: Collection[str]) -> str:
    """A regular expression that finds any of the words, plain or as JSON and HTML write it, but not inside another."""
    return f"(?:^|[^0-9A-Za-z])(?:{_any_form(words)})(?:[^0-9A-Za-z]|$)"


def _whole(words: Collection[str]) -> str:
    """The same for what is taken out of a text: the characters around a word stay."""
    return rf"\b(?:{_any_form(words)})\b"


def holding(subject_id: str, known: Collection[str]) -> frozenset[str]:
    """The known ids, this one aside, in which it stands as a word."""
    word = re.compile(pattern_of({subject_id}))
    return frozenset(one for one in known if one != subject_id and word.search(one))
