"""The people whom rejected files may show, by their paths. Nothing is opened but patterns (`affect.toml`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from affect_store.store.errors import CorpusError
from affect_store.store.sources.layouts import has_pattern
from affect_store.store.sources.manifest_values import subject_in
from affect_store.store.sources.name_pattern import name_of
from affect_store.store.sources.named_layouts import subjects_in_name
from affect_store.store.sources.pattern_file import NamePattern, read_pattern

File = tuple[str, str]
"""The corpus and the path of a file."""


def people_by_file(files: Iterable[File]) -> dict[File, set[str]]:
    """Return the people whom each file may show; none if the path tells none.

    The name is read as a name of each known database, and the path by the patterns of the folders above it.
    """
    people = {(corpus, path): subjects_in_name(Path(path).name, corpus) for corpus, path in files}
    pattern_of = cache(_pattern_in)
    below: dict[Path, list[File]] = defaultdict(list)
    for file in people:
        for folder in Path(file[1]).parents:
            if pattern_of(folder):
                below[folder].append(file)
    for folder, members in below.items():
        if pattern := pattern_of(folder):
            _add_people(people, folder, pattern, members)
    return people


def files_by_person(files: Iterable[File]) -> dict[str, set[File]]:
    """Return the files that may show each person: see `people_by_file`."""
    by_person: dict[str, set[File]] = defaultdict(set)
    for file, people in people_by_file(files).items():
        for subject_id in people:
            by_person[subject_id].add(file)
    return by_person


def files_without_person(files: Iterable[File], corpora: Collection[str]) -> set[File]:
    """Return the files of these corpora whose path tells no person."""
    return {file for file, people in people_by_file(files).items() if file[0] in corpora and not people}


def _add_people(people: dict[File, set[str]], folder: Path, pattern: NamePattern, files: list[File]) -> None:
    """Add the person whom the pattern of a folder finds in the path of each file."""
    rows = pattern.values_in([name_of(Path(path), folder, pattern) for _, path in files])
    for file, values in zip(files, rows, strict=True):
        try:
            if values:
                people[file].add(f"{file[0]}-{subject_in(values)}")
        except CorpusError:  # the group of the subject is empty
            continue


def _pattern_in(folder: Path) -> NamePattern | None:
    """Return the pattern of a folder; None if it has none that can be used."""
    try:
        return read_pattern(folder) if has_pattern(folder) else None
    except CorpusError:
        return None
