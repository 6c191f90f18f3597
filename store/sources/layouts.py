"""The layouts of photograph folders: which ones exist, how to detect a folder's layout, and what to do without one."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from affect_store.store.errors import CorpusError
from affect_store.store.sources import manifest, rafd, ratings_file
from affect_store.store.sources.synthetic.marker import MARKER_NAME
from affect_store.store.sources.text import quoted
from affect_store.store.types import Candidate, Reject
from affect_store.store.vocabulary import EMOTIONS, NEUTRAL

RENDERED, RAFD, MANIFEST = "rendered", "rafd", "manifest"


def _scan_rafd(folder: Path, corpus: str) -> Iterator[Candidate | Reject]:
    yield from ratings_file.add_ratings(list(rafd.scan(folder, corpus)), folder)


LAYOUTS: dict[str, Callable[[Path, str], Iterator[Candidate | Reject]]] = {RAFD: _scan_rafd, MANIFEST: manifest.scan}
"""Each layout's function that scans a folder for a corpus of the given name. A new layout is added here."""

_TABLE_SUFFIXES = (".csv", ".tsv", ".xlsx", ".parquet")


def detect_layout(folder: Path, layout: str | None) -> str:
    """Return `layout` if given, else 'manifest' where the folder has a manifest, else 'rafd'.

    Raises `CorpusError` if the folder does not exist or the layout is unknown.
    """
    if not folder.is_dir():
        raise CorpusError(f"expected a folder of photographs, but '{folder}' is not a folder")
    if layout is None:
        return MANIFEST if manifest.manifests_in(folder) else RAFD
    if layout not in LAYOUTS:
        raise CorpusError(f"layout is {layout!r}, expected one of {' '.join(LAYOUTS)}")
    return layout


def origin_of(folder: Path, layout: str) -> str:
    """Return 'rendered' if affect-store rendered the folder's photographs, else the folder's layout."""
    return RENDERED if (folder / MARKER_NAME).is_file() else layout


def remarks(folder: Path, layout: str) -> list[str]:
    """Return what a user should know about how the labels and ratings of a folder were read."""
    if layout == MANIFEST:
        return manifest.remarks(folder)
    return ratings_file.remarks(list(rafd.scan(folder, RAFD)), folder)


def require_labels(folder: Path, layout: str, sources: Sequence[Candidate | Reject]) -> None:
    """Raise `CorpusError` if there are photographs, but no file name is understood: the folder needs a manifest."""
    if layout != RAFD or not sources or any(isinstance(source, Candidate) for source in sources):
        return
    names = [os.path.relpath(source.path, folder) for source in sources if isinstance(source, Reject)]
    tables = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in _TABLE_SUFFIXES)
    rename = f" (or rename {', '.join(map(quoted, tables[:3]))}, if that is it)" if tables else ""
    raise CorpusError(
        f"'{folder}' holds {len(names):,} photographs, but no file name tells their labels, e.g. "
        f"{', '.join(map(quoted, names[:3]))}. Only names of the Radboud Faces Database do, {rafd.GRAMMAR}. For other "
        f"photographs, add a table '{folder / manifest.FILE_NAME}'{rename} with one row per photograph, e.g.\n"
        f"{_example(names[0])}\n"
        f"where emotion is one of {' '.join(EMOTIONS)}; {', '.join(manifest.OPTIONAL_COLUMNS)} are optional columns"
    )


def _example(name: str) -> str:
    """Return a manifest with one row, about a file of this name."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([manifest.REQUIRED_COLUMNS, (name, "01", NEUTRAL)])
    return text.getvalue().rstrip("\n")
