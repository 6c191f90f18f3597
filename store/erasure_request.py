"""A request to erase a subject, and patterns that find mentions of the subject in text. It reads no file or store.

An id is matched as a whole word: characters other than letters and digits must surround it, and it is not matched
inside the longer id of another subject.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property

_MATCHES_NOTHING = r"[^\s\S]"


@dataclass(frozen=True)
class ErasureRequest:
    """What is to be erased: a subject, all photographs ever labelled with the subject, and the paths of their files.

    `others` are the ids of other subjects that contain this id as a word: `lab-01-b` for `lab-01`. `aliases` are
    further ids of the same subject. `corpora` are the corpora of the photographs, and `rejected` the SHA-256 of the
    bytes of rejected files that are labelled with the subject.
    """

    subject_id: str
    image_ids: frozenset[str] = field(default_factory=frozenset)
    paths: frozenset[str] = field(default_factory=frozenset)
    others: frozenset[str] = field(default_factory=frozenset)
    aliases: frozenset[str] = field(default_factory=frozenset)
    corpora: frozenset[str] = field(default_factory=frozenset)
    rejected: frozenset[str] = field(default_factory=frozenset)

    @property
    def subject_ids(self) -> frozenset[str]:
        """All ids of the subject."""
        return self.aliases | {self.subject_id}

    @cached_property
    def patterns(self) -> dict[str, str]:
        """Regular expressions of DuckDB: the parameters of `sql/macros/names_person.sql`."""
        identifiers = self.image_ids | self.paths
        return {
            "items": pattern_of(identifiers) if identifiers else _MATCHES_NOTHING,
            "person": pattern_of(self.subject_ids),
            "others": _word_pattern(self.others) if self.others else _MATCHES_NOTHING,
        }

    def mention_matcher(self, words: Collection[str]) -> Callable[[bytes], bool]:
        """Return a predicate: whether UTF-8 text mentions the subject or contains one of the words.

        Substrings are searched before regular expressions, since a pattern of hundreds of words is slow.
        """
        word_patterns = {form.encode(): _compiled(pattern_of({form})) for word in words for form in escaped_forms(word)}
        subject_forms = [form.encode() for name in self.subject_ids for form in escaped_forms(name)]
        subject_pattern, others_pattern = _compiled(self.patterns["person"]), _compiled(self.patterns["others"])

        def has_mention(text: bytes) -> bool:
            if any(form in text for form in subject_forms) and subject_pattern.search(others_pattern.sub(b"", text)):
                return True
            return any(word in text and pattern.search(text) for word, pattern in word_patterns.items())

        return has_mention


def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode(), re.MULTILINE)


def escaped_forms(word: str) -> set[str]:
    """Return a word as plain text, as JSON and as HTML."""
    return {word, json.dumps(word)[1:-1], html.escape(word)}


def _alternatives(words: Collection[str]) -> str:
    forms = {form for word in words for form in escaped_forms(word)}
    return "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))


def pattern_of(words: Collection[str]) -> str:
    """Return regular expression that matches any of the words, plain or escaped as JSON or HTML, as a whole word."""
    return f"(?:^|[^0-9A-Za-z])(?:{_alternatives(words)})(?:[^0-9A-Za-z]|$)"


def _word_pattern(words: Collection[str]) -> str:
    """Return the same without the surrounding characters, for removing words from a text."""
    return rf"\b(?:{_alternatives(words)})\b"


def ids_containing(subject_ids: Collection[str], known: Collection[str]) -> frozenset[str]:
    """Return other known ids that contain one of these ids as a word."""
    pattern = re.compile(pattern_of(subject_ids))
    return frozenset(other for other in known if other not in subject_ids and pattern.search(other))
