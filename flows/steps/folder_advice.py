"""How to make a folder usable of which nothing is understood: names of known databases, or a first pattern."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from affect_store.flows.steps.folder_check import FolderCheck
from affect_store.store.sources.declared_emotions import declared_emotions
from affect_store.store.sources.named_files import pictures_below
from affect_store.store.sources.named_layouts import NAMED_LAYOUTS, RAFD
from affect_store.store.sources.pattern_guess import guess_pattern


def is_unknown(check: FolderCheck) -> bool:
    """Return whether no name of the folder is one of a known database, so that its layout is only the default."""
    return check.layout == RAFD and not any(reject.unknown for reject in check.rejects)


def advice(folder: Path) -> Iterator[str]:
    """Yield sentences, and last the command that makes the folder usable, which begins with `affect`."""
    pictures = list(pictures_below(folder))
    names = [path.name for path in pictures]
    if not names:
        yield f"There are no pictures below '{folder}'"
        return
    known = "; ".join(f"{layout}: {named.example}" for layout, named in NAMED_LAYOUTS.items())
    examples = ", ".join(f"'{name}'" for name in names[:3])
    yield f"There are {len(names):,} {'picture' if len(names) == 1 else 'pictures'}, e.g. {examples}"
    yield f"Names of these databases are understood: {known}"
    paths = [path.relative_to(folder).as_posix() for path in pictures]
    are_repeated = len(set(names)) < len(names)  # the same names in several folders: the folder is the person
    forms = (paths, names) if are_repeated else (names, paths)
    further = declared_emotions(folder)
    guess = next(filter(None, (guess_pattern(form, further) for form in forms)), None)
    if guess is None:
        yield "Write a manifest with a row per photograph and fill in subject and emotion:"
        yield f"affect manifest {shlex.quote(str(folder))}"
        return
    mapped = [f"{word}={nearest or 'EMOTION'}" for word, nearest in guess.words.items() if word != nearest]
    words = " ".join(f"--map {shlex.quote(text)}" for text in mapped)
    yield "These may match the following pattern, a first guess; correct it, and write the emotion of each word:"
    yield f"affect manifest {shlex.quote(str(folder))} --pattern {shlex.quote(guess.pattern)} {words}".rstrip()
