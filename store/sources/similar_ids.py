"""Ids that may belong to one person although they differ: `1` and `01`, `sub-03` and `03`, `Lab 7` and `lab7`.

Spreadsheets and people reformat ids. Nothing is merged here: the ids are only listed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from affect_store.store.sources.text import is_visible

_PREFIX = re.compile(r"^\D+(?=\d)")
_LEADING_ZEROS = re.compile(r"(?<!\d)(?<!\d\.)0+(?=\d)")
_DECIMAL_ZEROS = re.compile(r"(?<=\d)\.0+$")
_SEPARATORS = "-. /:#'"


@dataclass(frozen=True)
class IdInUse:
    """An id as the corpus writes it, how many photographs have it, the path of one, and the person's attributes."""

    name: str
    photographs: int
    example: str
    attributes: tuple[str | None, ...] = ()
    """Attributes that cannot differ between photographs of one person, such as sex; None if unknown."""


def normal_form(name: str) -> str:
    """Return what is left of an id without the differences that make ids suspected duplicates.

    Case, spaces, invisible characters, Unicode form, dashes of other kinds, leading zeros, a prefix without digits, and
    `.0` at the end, which programs append to numbers. Two ids with equal normal forms may belong to one person.
    """
    text = _PREFIX.sub("", folded(name))
    return _DECIMAL_ZEROS.sub("", _LEADING_ZEROS.sub("", text))


def folded(name: str) -> str:
    """Return a name without case, spaces, invisible characters and Unicode form; numbers and prefixes stay."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(_plain(character) for character in text if is_visible(character))


def _plain(character: str) -> str:
    """Return a digit of any script as an ASCII digit, and any dash or underscore as a hyphen."""
    if character.isascii():
        return "-" if character == "_" else character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return "-" if unicodedata.category(character) == "Pd" or character == "\u2212" else character


def similar_groups(ids: Iterable[IdInUse]) -> Iterator[list[IdInUse]]:
    """Yield each group of two or more ids of one corpus that may belong to one person, in the order of their names.

    Takes time proportional to the number of ids.
    """
    by_form: dict[str, list[IdInUse]] = defaultdict(list)
    for member in sorted(ids, key=lambda member: member.name):
        by_form[normal_form(member.name)].append(member)
    for members in by_form.values():
        yield from (group for group in _linked(members) if len(group) > 1)


def _linked(members: list[IdInUse]) -> list[list[IdInUse]]:
    """Return members that may be one person together, and others apart.

    `F03` and `M03` have different prefixes: if an attribute that is known of all differs too, as female and male do,
    they are different people. An id without a prefix may belong to any of them.
    """
    prefixes = [_prefix(member.name) for member in members]
    columns = zip(*(member.attributes for member in members), strict=True)
    attributes = [values for values in columns if None not in values]
    if not all(prefixes) or not attributes:
        return [members]
    groups = _Groups()
    for prefix, known in zip(prefixes, zip(*attributes, strict=True), strict=True):
        groups.join(prefix, known)
    linked: dict[object, list[IdInUse]] = defaultdict(list)
    for member, prefix in zip(members, prefixes, strict=True):
        linked[groups.head(prefix)].append(member)
    return list(linked.values())


def _prefix(name: str) -> str:
    match = _PREFIX.match(folded(name))
    return match[0].strip(_SEPARATORS) if match else ""


class _Groups:
    """Keys that were joined, directly or through others, have the same head."""

    def __init__(self) -> None:
        self._next: dict[object, object] = {}

    def head(self, key: object) -> object:
        """Return the representative of a key's group."""
        while (following := self._next.setdefault(key, key)) != key:
            self._next[key] = key = self._next.setdefault(following, following)
        return key

    def join(self, first: object, second: object) -> None:
        """Put both keys into one group."""
        self._next[self.head(first)] = self.head(second)
