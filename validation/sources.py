"""Labels read again where they came from: the manifest of a corpus, or the grammar of its files' names.

Files are not opened, only the manifest is. What neither tells, because the folder is gone and the name says nothing, is
said not to have been looked at.
"""

from __future__ import annotations

import math
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from store.errors import CorpusError
from store.sources import manifest, rafd
from store.types import Candidate, Labels
from validation.bounds import SHOWN_ROWS
from validation.dialect import Reading, sql
from validation.relations import QUARANTINE
from validation.verdict import Finding

LABELS_AGAIN = "labels are those of the name or manifest"
_NAMES = tuple(field.name for field in fields(Labels))


def labels_again(store: Reading) -> list[Finding]:
    """One finding: photographs in use whose labels are neither those of the manifest nor those of the file's name."""
    by_corpus = defaultdict(list)
    for row in store.arrow(sql("select_sources")).to_pylist():
        by_corpus[row["corpus"]].append(row)
    told = [pair for corpus, rows in by_corpus.items() for pair in _told(corpus, rows)]
    wrong = [row for row, sources in told if not any(_is_same(row, one) for one in sources)]
    silent = sum(map(len, by_corpus.values())) - len(told)
    seen = f"{len(wrong) or 'no'} offending of {len(told)}" + (f"; of {silent} neither is there" if silent else "")
    return [
        Finding(
            "catalogue.images", LABELS_AGAIN, "", not wrong, seen, len(wrong),
            tuple({"image_id": row["image_id"]} for row in wrong[:SHOWN_ROWS]), QUARANTINE,
            "person, sex, population, age, emotion, camera and gaze as the corpus gives them",
            tuple((row["image_id"], "images", "") for row in wrong),
        )
    ]  # fmt: skip


def _told(corpus: str, rows: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], list[Labels]]]:
    """Each photograph of which a source tells anything, with what they tell."""
    listed = _manifest(corpus, [row["path"] for row in rows])
    for row in rows:
        found = [one for one in (listed.get(row["path"]), _of_name(row["path"], corpus)) if one]
        if found:
            yield row, found


def _manifest(corpus: str, paths: list[str]) -> dict[str, Labels]:
    """Labels by path in the nearest manifest above these paths that names one of them."""
    folder = Path(os.path.commonpath([os.path.dirname(path) for path in paths]))
    for place in (folder, *folder.parents):
        try:
            found = manifest.scan(place, corpus) if (place / manifest.NAME).is_file() else ()
            listed = _by_path(found)
        except (CorpusError, OSError):
            continue
        if any(path in listed for path in paths):
            return listed
    return {}


def _by_path(found: Iterable[object]) -> dict[str, Labels]:
    return {str(one.path): one.labels for one in found if isinstance(one, Candidate)}


def _of_name(path: str, corpus: str) -> Labels | None:
    try:
        return rafd.parse(os.path.basename(path), corpus)
    except CorpusError:
        return None


def _is_same(row: dict[str, Any], labels: Labels) -> bool:
    """Whether the catalogue says the same; ages are kept as float32, and names tell none."""
    told = asdict(labels)
    if told["age"] is not None and (row["age"] is None or not math.isclose(row["age"], told["age"], rel_tol=1e-6)):
        return False
    return all(row[name] == told[name] for name in _NAMES if name != "age")
