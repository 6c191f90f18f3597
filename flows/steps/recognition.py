"""Recognise the corpus that a folder holds by the bytes of its photographs, whatever the folder is called.

Compares readings with the catalogue; the only files that are opened are those at paths of the catalogue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

from affect_store.flows.steps.reconcile import KnownPhoto, Readings, is_same_file
from affect_store.store.errors import CorpusError
from affect_store.store.features.photo_files import image_id_of
from affect_store.store.types import Reject

MIN_SHARE = 0.5
"""A folder holds a corpus if at least this share of the photographs of either is shared, whichever has fewer.

Chosen, not measured."""


def keeps_bytes(known: dict[str, KnownPhoto]) -> Callable[[str], bool]:
    """Return a predicate: whether the file of a catalogued photograph still holds the photograph's bytes."""

    @cache
    def is_kept(image_id: str) -> bool:
        photo = known[image_id]
        try:
            if Path(photo.path).stat().st_size != photo.size_bytes:
                return False
        except OSError:
            return False
        return image_id_of(Path(photo.path)) == image_id

    return is_kept


def recognise(readings: Readings, known: dict[str, KnownPhoto], corpus: str, is_kept: Callable[[str], bool]) -> str:
    """Return the name of the corpus in a folder: `corpus`, unless its photographs are those of another one.

    They are if the other corpus's own files no longer exist, or are these files.
    """
    paths = {reading: str(source.path) for source, reading in readings if isinstance(reading, str)}
    shared = Counter(
        known[image_id].corpus
        for image_id, path in paths.items()
        if known[image_id].corpus == corpus or is_same_file(known[image_id].path, path) or not is_kept(image_id)
    )
    if _is_held(corpus, shared[corpus], readings, known):
        return corpus
    names = sorted(shared, key=lambda name: (-shared[name], name))
    return next((name for name in names if _is_held(name, shared[name], readings, known)), corpus)


def require_own_name(readings: Readings, known: dict[str, KnownPhoto], corpus: str, folder: Path) -> None:
    """Raise `CorpusError` if the name belongs to photographs of another folder, of which this one holds few or none.

    A person is identified by the corpus's name and a number: two corpora of one name would merge different people.
    """
    shared = sum(known[reading].corpus == corpus for _, reading in readings if isinstance(reading, str))
    paths = [photo.path for photo in known.values() if photo.corpus == corpus]
    was_here = any(Path(path).is_relative_to(folder) for path in paths)
    if paths and not was_here and not _is_held(corpus, shared, readings, known):
        raise CorpusError(
            f"the corpus {corpus!r} of this home has other photographs, e.g. '{paths[0]}', and '{folder}' holds "
            f"{shared or 'none'} of them: give '{folder}' another name with --corpus; otherwise different people would "
            "share an identifier"
        )


def _is_held(corpus: str, shared: int, readings: Readings, known: dict[str, KnownPhoto]) -> bool:
    """Return whether a folder with so many photographs of a corpus holds that corpus."""
    photographs = [photo for photo in known.values() if photo.corpus == corpus]
    size = sum(not photo.is_missing for photo in photographs) or len(photographs)
    usable = sum(not isinstance(reading, Reject) for _, reading in readings)
    return shared > 0 and shared >= MIN_SHARE * min(size, usable)
