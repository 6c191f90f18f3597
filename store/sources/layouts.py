"""The layouts of a folder of photographs that are known, and which one a folder has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from store.errors import CorpusError
from store.sources import manifest, rafd
from store.sources.synthetic.marker import MARKER_NAME
from store.types import Candidate, Reject

LAYOUTS: dict[str, Callable[[Path, str], Iterator[Candidate | Reject]]] = {
    "rafd": rafd.scan,
    "manifest": manifest.scan,
}

ORIGIN = "origin of corpus"
"""Begins the setting that holds what `origin_of` says of a corpus."""

RENDERED, RAFD = "rendered", "rafd"


def layout_of(folder: Path, layout: str | None) -> str:
    """The layout that is asked for, or 'manifest' where the folder has a manifest, else 'rafd'.

    Raises `CorpusError` where the folder is none or the layout is not known.
    """
    if not folder.is_dir():
        raise CorpusError(f"expected a folder of photographs, but '{folder}' is not a folder")
    if layout is None:
        return "manifest" if (folder / manifest.NAME).is_file() else "rafd"
    if layout not in LAYOUTS:
        raise CorpusError(f"layout is {layout!r}, expected one of {' '.join(LAYOUTS)}")
    return layout


def origin_of(folder: Path, layout: str) -> str:
    """What the photographs of a folder are: 'rendered' where affect-store has drawn them, else the folder's layout."""
    return RENDERED if (folder / MARKER_NAME).is_file() else layout
