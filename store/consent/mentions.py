"""Mentions of a subject in text files of a home: audits, logs, cards and pages. No file outside is touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from affect_store.store.engine import durable_files
from affect_store.store.erasure_request import ErasureRequest
from affect_store.store.home import Home

HasMention = Callable[[bytes], bool]
"""Whether a text mentions the subject."""

_TEXT_SUFFIXES = frozenset({".html", ".json", ".jsonld", ".log", ".md", ".csv", ".txt"})


def mention_matcher(request: ErasureRequest) -> HasMention:
    """Return a predicate: whether a text contains the subject's id, or the id, path or file name of a photograph."""
    return request.mention_matcher({*request.image_ids, *request.paths, *(Path(path).name for path in request.paths)})


def audits_mentioning(home: Home, request: ErasureRequest) -> list[Path]:
    """Return folders of audits in which a file mentions the subject."""
    if not home.audits.is_dir():
        return []
    has_mention = mention_matcher(request)
    return [
        folder
        for folder in sorted(home.audits.iterdir())
        if any(has_mention(path.read_bytes()) for path in folder.rglob("*") if path.is_file())
    ]


def clear_logs(home: Home, request: ErasureRequest) -> int:
    """Remove the lines that mention the subject from all logs; returns their number."""
    has_mention = mention_matcher(request)
    return sum(_remove_lines(path, has_mention) for path in sorted(home.logs.rglob("*")) if path.is_file())


def _remove_lines(path: Path, has_mention: HasMention) -> int:
    """Remove lines in place: a run that writes to the file keeps it open, and would lose what it writes to a new one.

    The lines that stay move to the front one by one, so a crash at any moment loses none of them.
    """
    if not has_mention(path.read_bytes()):
        return 0
    removed = end = 0
    with path.open("rb") as source, path.open("r+b", buffering=0) as target:
        for line in source:
            if has_mention(line):
                removed += 1
                continue
            if removed:
                target.seek(end)
                target.write(line)
            end += len(line)
        target.truncate(end)
    durable_files.flush(path)
    return removed


def remaining_mentions(home: Home, request: ErasureRequest) -> list[str]:
    """Return text files of the home that still mention the subject, as paths relative to the home.

    Stores, photographs and the database of Prefect are not searched.
    """
    has_mention = mention_matcher(request)
    folders = (home.audits, home.logs, home.artifacts, home.publications)
    return [
        str(path.relative_to(home.root))
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _TEXT_SUFFIXES and has_mention(path.read_bytes())
    ]
