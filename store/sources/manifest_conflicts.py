"""Several rows of a manifest about one file or person: equal rows, contradictions, and factors that some rows lack."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from affect_store.store.sources.manifest_table import ManifestTable
from affect_store.store.sources.text import quoted
from affect_store.store.types import Candidate, Labels, Ratings, Reject
from affect_store.store.vocabulary import UNKNOWN

CONTRADICTION = "contradictory rows"
_LISTED = 5
_COLUMNS = {"subject_id": "subject", "population": "type", "camera_angle_deg": "angle"}
"""The column of a field of `Labels`, where the names differ."""

_Content = tuple[Labels, Ratings]
"""What a row says about a photograph."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the manifest: the number of its first line, and what became of it."""

    number: int
    entry: Candidate | Reject


def with_known_factors(rows: list[Row]) -> list[Row]:
    """Fill in a person's unknown sex and population from their other rows, if all that have it agree."""
    known: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        if isinstance(row.entry, Candidate):
            labels = row.entry.labels
            known[labels.subject_id, "sex"].add(labels.sex)
            known[labels.subject_id, "population"].add(labels.population)
    filled = {
        key: (values - {UNKNOWN}).pop() for key, values in known.items() if UNKNOWN in values and len(values) == 2
    }
    return [_filled(row, filled) for row in rows] if filled else rows


def _filled(row: Row, filled: dict[tuple[str, str], str]) -> Row:
    if not isinstance(row.entry, Candidate):
        return row
    labels = row.entry.labels
    sex = filled.get((labels.subject_id, "sex"), labels.sex)
    population = filled.get((labels.subject_id, "population"), labels.population)
    return replace(row, entry=replace(row.entry, labels=replace(labels, sex=sex, population=population)))


def without_contradictions(rows: Sequence[Row], table: ManifestTable) -> Iterator[Candidate | Reject]:
    """Yield the first of equal rows about a file, and a reject for every row of a file about which rows differ."""
    by_path: dict[str, list[tuple[int, _Content]]] = defaultdict(list)
    for row in rows:
        if isinstance(row.entry, Candidate):
            by_path[str(row.entry.path)].append((row.number, (row.entry.labels, row.entry.ratings)))
    differences = {
        path: _differences([content for _, content in about])
        for path, about in by_path.items()
        if any(content != about[0][1] for _, content in about)
    }
    for row in rows:
        if isinstance(row.entry, Reject):
            yield row.entry
        elif (path := str(row.entry.path)) in differences:
            place = (
                f"{table.path.name} {table.unit} {row.number} contradicts {table.unit} {_others(row, by_path[path])}"
            )
            detail = f"{place} about {quoted(os.path.basename(path))}: {differences[path]}; keep the right row"
            yield Reject(path, CONTRADICTION, detail, row.entry.labels.subject_id)
        elif by_path[path][0][0] == row.number:
            yield row.entry


def _others(row: Row, about: Sequence[tuple[int, _Content]]) -> str:
    """Return the numbers of the other rows about the same file, the first few."""
    numbers = [str(number) for number, _ in about[: _LISTED + 1] if number != row.number][:_LISTED]
    more = len(about) - 1 - len(numbers)
    return ", ".join(numbers) + (f" and {more} more" if more else "")


def _differences(contents: list[_Content]) -> str:
    """Return in which columns rows differ. Subjects are not named: one of them may have withdrawn consent."""
    differences = []
    by_column = [asdict(labels) | ratings.columns for labels, ratings in contents]
    for name in by_column[0]:
        values = dict.fromkeys(str(row[name]) for row in by_column)
        if len(values) > 1:
            column = _COLUMNS.get(name, name)
            listed = " and ".join(list(values)[:3])
            differences.append("subject differs" if name == "subject_id" else f"{column} is {listed}")
    return ", ".join(differences)
