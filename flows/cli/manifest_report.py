"""What the command `manifest` understood of the names of files, and what to do about the others."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from affect_store.flows.steps.numbers import number_of
from affect_store.store.sources.manifest_draft import Entry, unknown_words
from affect_store.store.types import Candidate, Reject

_SHOWN_WORDS = 20


def report(entries: Sequence[Entry], *, has_pattern: bool) -> Iterator[str]:
    """Yield a sentence about what was understood, and one per word or file that was not, with what to do.

    Words can be mapped only if the names were read by a pattern.
    """
    labels = [entry.labels for entry in entries if isinstance(entry, Candidate)]
    people, emotions = {label.subject_id for label in labels}, {label.emotion for label in labels}
    yield (
        f"understood: {number_of(len(labels), 'photograph')} of {number_of(len(people), 'person', 'people')} and "
        f"{number_of(len(emotions), 'emotion')}"
    )
    words = unknown_words(entries)
    for field, word, nearest, count, example in words[:_SHOWN_WORDS]:
        hint = _hint(word, nearest, has_pattern=has_pattern)
        name = Path(example).name
        yield f"not understood: {field} {word!r} in {number_of(count, 'file')}, e.g. '{name}'; {hint}"
    if len(words) > _SHOWN_WORDS:
        yield f"... and {number_of(len(words) - _SHOWN_WORDS, 'more word')}"
    others = [entry for entry in entries if isinstance(entry, Reject) and entry.unknown is None]
    if others:
        yield f"not understood: {number_of(len(others), 'file')}, e.g. {others[0].detail}"


def _hint(word: str, nearest: str, *, has_pattern: bool) -> str:
    """Say what to do about a word that was not understood."""
    mapping = shlex.quote(f"{word}={nearest or 'VALUE'}")
    action = f"add --map {mapping}" if has_pattern else "correct the name, or the row of the manifest"
    return f"did you mean {nearest}? {action[0].upper()}{action[1:]}" if nearest else action
