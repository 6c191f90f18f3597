"""The layout of one's own file names: labels by the pattern in `affect.toml`, see `pattern_file`.

Photographs are not opened here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from affect_store.store.errors import CorpusNameError, ManifestError
from affect_store.store.sources.manifest_conflicts import Row, with_known_factors
from affect_store.store.sources.manifest_values import labels_in, subject_in
from affect_store.store.sources.named_files import BAD_NAME, bad_name, pictures_below, require_usable_path
from affect_store.store.sources.pattern_file import NamePattern, read_pattern
from affect_store.store.sources.text import quoted
from affect_store.store.types import Candidate, Reject


def scan(folder: Path, corpus: str) -> Iterator[Candidate | Reject]:
    """Yield every picture below `folder` in the order of paths, by the pattern in the folder's `affect.toml`.

    A file is rejected with reason 'bad name' if its name does not match, or a value is not understood. Raises
    `CorpusError` if the folder has no pattern that can be used.
    """
    return scan_pattern(folder, corpus, read_pattern(folder))


def scan_pattern(folder: Path, corpus: str, pattern: NamePattern) -> Iterator[Candidate | Reject]:
    """Yield every picture below `folder` in the order of paths, by this pattern: see `scan`."""
    paths: list[Path] = []
    rejects: dict[Path, Reject] = {}
    pictures = list(pictures_below(folder))
    for path in pictures:
        try:
            require_usable_path(path, folder)
            paths.append(path)
        except CorpusNameError as error:
            rejects[path] = bad_name(path, error)
    values = pattern.values_in([name_of(path, folder, pattern) for path in paths])
    read = {path: _entry(path, row, corpus, pattern) for path, row in zip(paths, values, strict=True)} | rejects
    yield from (row.entry for row in with_known_factors([Row(0, read[path]) for path in pictures]))


def is_matched(entry: Candidate | Reject) -> bool:
    """Return whether the name of a file matched the pattern, even if a value was not understood."""
    return isinstance(entry, Candidate) or entry.subject_id is not None or entry.unknown is not None


def name_of(path: Path, folder: Path, pattern: NamePattern) -> str:
    """Return what a pattern is matched against: the name of a file, or its path relative to the folder."""
    return path.relative_to(folder).as_posix() if pattern.is_of_paths else path.name


def _entry(path: Path, values: dict[str, str] | None, corpus: str, pattern: NamePattern) -> Candidate | Reject:
    if values is None:
        return bad_name(path, CorpusNameError(f"{path.name!r} does not match the pattern {quoted(pattern.pattern)}"))
    subject_id = None
    try:
        subject_id = f"{corpus}-{subject_in(values)}"
        return Candidate(path, labels_in(values, corpus, pattern.further_emotions))
    except ManifestError as error:
        return Reject(str(path), BAD_NAME, f"{path.name!r}: {error}", subject_id, error.unknown)
