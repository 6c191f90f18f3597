"""The layouts of photograph folders: which ones exist, how to detect a folder's layout, and what to do without one."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from affect_store.store.errors import CorpusError
from affect_store.store.sources import ckplus, declared_emotions, manifest, name_pattern, ratings_file
from affect_store.store.sources.named_files import pictures_below, scan_names
from affect_store.store.sources.named_layouts import CKPLUS, NAMED_LAYOUTS, PARSERS, RAFD, recognised_layout
from affect_store.store.sources.synthetic.marker import MARKER_NAME
from affect_store.store.sources.text import quoted
from affect_store.store.types import Candidate, Reject
from affect_store.store.vocabulary import EMOTIONS, NEUTRAL

RENDERED, MANIFEST, PATTERN = "rendered", "manifest", "pattern"
Entry = Candidate | Reject
Scan = Callable[[Path, str], Iterator[Entry]]

_UNRATED: dict[str, Scan] = {
    **{layout: partial(scan_names, parse=parse) for layout, parse in PARSERS.items()},
    CKPLUS: ckplus.scan,
    PATTERN: name_pattern.scan,
}


def _scan_rated(folder: Path, corpus: str, *, scan: Scan) -> Iterator[Entry]:
    yield from ratings_file.add_ratings(list(scan(folder, corpus)), folder)


LAYOUTS: dict[str, Scan] = {
    MANIFEST: manifest.scan,
    **{layout: partial(_scan_rated, scan=scan) for layout, scan in _UNRATED.items()},
}
"""Each layout's function that scans a folder for a corpus of the given name. A new layout is added here."""

_TABLE_SUFFIXES = (".csv", ".tsv", ".xlsx", ".parquet")


def detect_layout(folder: Path, layout: str | None) -> str:
    """Return `layout` if given, else the one that a file of the folder defines, else the one that most names match.

    A manifest comes before a pattern (`affect.toml`). It is 'rafd' where no name matches any layout.

    Raises `CorpusError` if the folder does not exist or the layout is unknown.
    """
    if not folder.is_dir():
        raise CorpusError(f"expected a folder of photographs, but '{folder}' is not a folder")
    if layout is None:
        if manifest.manifests_in(folder):
            return MANIFEST
        if has_pattern(folder):
            return PATTERN
        return recognised_layout(path.name for path in pictures_below(folder)) or RAFD
    if layout not in LAYOUTS:
        raise CorpusError(f"layout is {layout!r}, expected one of {' '.join(LAYOUTS)}")
    return layout


def has_pattern(folder: Path) -> bool:
    """Return whether a folder has a pattern for file names, `affect.toml`; it may declare classes only."""
    return os.path.lexists(folder / declared_emotions.FILE_NAME) and not declared_emotions.declares_only_emotions(
        folder
    )


def origin_of(folder: Path, layout: str) -> str:
    """Return 'rendered' if affect-store rendered the folder's photographs, else the folder's layout."""
    return RENDERED if (folder / MARKER_NAME).is_file() else layout


def remarks(folder: Path, layout: str) -> list[str]:
    """Return what a user should know about how the labels and ratings of a folder were read."""
    if layout == MANIFEST:
        ignored = [f"the pattern in {declared_emotions.FILE_NAME}"] if has_pattern(folder) else []
        ignored += [table.name for table in ratings_file.tables_in(folder)]
        notes = [f"{name} is not used, since there is a manifest" for name in ignored]
        return notes + manifest.remarks(folder)
    notes = ckplus.remarks(folder) if layout == CKPLUS else []
    if layout != PATTERN and declared_emotions.declares_only_emotions(folder):
        notes.append(
            f"{declared_emotions.FILE_NAME} declares classes, but names of the layout {layout} have none of their own: "
            "add a manifest (`affect manifest`) or a pattern"
        )
    has_ratings = bool(ratings_file.tables_in(folder))
    return notes + (ratings_file.remarks(list(_UNRATED[layout](folder, layout)), folder) if has_ratings else [])


def labelled_beside(folder: Path, corpus: str, layout: str | None) -> Iterator[Entry]:
    """Yield the photographs whose labels are in files of this very folder, beside or above the photographs.

    In the layouts 'pattern' and 'ckplus', these are a pattern and a folder of label files, and a manifest where there
    is none; in others, a manifest. Yields none without such files. May raise `CorpusError`.
    """
    if not folder.is_dir():
        return
    if layout == PATTERN and has_pattern(folder):
        yield from name_pattern.scan(folder, corpus)
    elif layout == CKPLUS and ckplus.has_label_folder(folder):
        yield from ckplus.scan(folder, corpus)
    elif manifest.manifests_in(folder):
        yield from manifest.scan(folder, corpus)


def require_labels(folder: Path, layout: str, sources: Sequence[Entry]) -> None:
    """Raise `CorpusError` if there are photographs, but none has labels: the folder needs a manifest."""
    if layout == MANIFEST or not sources or any(isinstance(source, Candidate) for source in sources):
        return
    rejects = [source for source in sources if isinstance(source, Reject)]
    names = [os.path.relpath(reject.path, folder) for reject in rejects]
    tables = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in _TABLE_SUFFIXES)
    rename = f" (or rename {', '.join(map(quoted, tables[:3]))}, if that is it)" if tables else ""
    raise CorpusError(
        f"'{folder}' holds {len(names):,} photographs, but no file name tells their labels, e.g. "
        f"{', '.join(map(quoted, names[:3]))}. {_expectation(layout, rejects[0])}. For other "
        f"photographs, add a table '{folder / manifest.FILE_NAME}'{rename} with one row per photograph, e.g.\n"
        f"{_example(names[0])}\n"
        f"where emotion is one of {' '.join(EMOTIONS)}, or a class that you declare in a file "
        f"'{declared_emotions.FILE_NAME}' beside it; {', '.join(manifest.OPTIONAL_COLUMNS)} are optional columns. "
        "If the names hold labels in a form of their own, `affect check` proposes a pattern that reads them"
    )


def _expectation(layout: str, reject: Reject) -> str:
    """Say which names have labels: those of every database, or those of another layout that was given or recognised."""
    if layout == RAFD:
        listed = "; ".join(f"{named.title} ({named.example})" for named in NAMED_LAYOUTS.values())
        return f"Only names of these databases do: {listed}"
    grammar = f", names are {NAMED_LAYOUTS[layout].grammar}" if layout in NAMED_LAYOUTS else ""
    return f"In the layout {layout}{grammar}; {reject.reason}: {reject.detail}"


def _example(name: str) -> str:
    """Return a manifest with one row, about a file of this name."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([manifest.REQUIRED_COLUMNS, (name, "01", NEUTRAL)])
    return text.getvalue().rstrip("\n")
