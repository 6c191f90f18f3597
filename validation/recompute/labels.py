"""Read labels again from their source: the manifest of a corpus, its label files, or the names of its files.

Photographs are not opened. Photographs without a source, because the folder is missing and the name has no labels, are
reported as not checked, with a warning.
"""

from __future__ import annotations

import math
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from affect_store.store.consent.identities import Identities
from affect_store.store.engine import sql_files
from affect_store.store.errors import CorpusError
from affect_store.store.sources import layouts
from affect_store.store.sources.named_layouts import RAFD, labels_in_name
from affect_store.store.types import Candidate, Labels
from affect_store.validation.gx.dialect import StoreReader, sql
from affect_store.validation.rules import QUARANTINE, WARN
from affect_store.validation.thresholds import SHOWN_ROWS
from affect_store.validation.verdict import Finding

LABELS_CHECK = "labels match the file name or manifest"


def check_labels(store: StoreReader) -> list[Finding]:
    """Return one finding: active photographs whose labels match neither the manifest nor the file name."""
    by_corpus = defaultdict(list)
    for row in store.arrow(sql("select/sources")).to_pylist():
        by_corpus[row["corpus"]].append(row)
    unread: list[str] = []
    pairs = [pair for corpus, rows in by_corpus.items() for pair in _with_sources(corpus, rows, unread)]
    identities = _identities(store)
    wrong = [row for row, sources in pairs if not any(_is_same(row, labels, identities) for labels in sources)]
    unchecked = sum(map(len, by_corpus.values())) - len(pairs)
    observed = f"{len(wrong)} of {len(pairs)} photographs differ"
    if unchecked:
        observed += "; ".join([f"; {unchecked} without a source were not checked", *unread[:1]])
    severity = WARN if unchecked and not wrong else QUARANTINE
    return [
        Finding(
            "catalogue.images", LABELS_CHECK, "", not wrong and not unchecked, observed, len(wrong),
            tuple({"image_id": row["image_id"]} for row in wrong[:SHOWN_ROWS]), severity,
            "person, sex, population, age, emotion, camera and gaze of the corpus",
            tuple((row["image_id"], "images", "") for row in wrong),
        )
    ]  # fmt: skip


def _identities(store: StoreReader) -> Identities:
    """Read which ids replace others, as decided with `--same`: sources keep the replaced ids."""
    rows = store.arrow(sql_files.sql("catalogue/select_identities")).to_pylist()
    return Identities({row["subject_id"]: row["same_as_subject_id"] for row in rows})


def _with_sources(
    corpus: str, rows: list[dict[str, Any]], unread: list[str]
) -> Iterator[tuple[dict[str, Any], list[Labels]]]:
    """Yield each photograph that has a source, with the labels of its sources.

    `unread` gets the reasons why sources cannot be read.
    """
    listed = _listed(corpus, rows, unread)
    for row in rows:
        names = dict.fromkeys((RAFD, row["layout"]))
        named = (labels_in_name(os.path.basename(row["path"]), corpus, layout) for layout in names)
        sources = [labels for labels in (listed.get(row["path"]), *named) if labels]
        if sources:
            yield row, sources


def _listed(corpus: str, rows: list[dict[str, Any]], unread: list[str]) -> dict[str, Labels]:
    """Read labels by path from the nearest manifest or label files above these photographs that name one of them."""
    paths = [row["path"] for row in rows]
    folder = Path(os.path.commonpath([os.path.dirname(path) for path in paths]))
    for parent in (folder, *folder.parents):
        try:
            listed = _by_path(layouts.labelled_beside(parent, corpus, rows[0]["layout"]))
        except (CorpusError, OSError) as error:
            unread.append(str(error))
            continue
        if any(path in listed for path in paths):
            return listed
    return {}


def _by_path(entries: Iterable[object]) -> dict[str, Labels]:
    return {str(entry.path): entry.labels for entry in entries if isinstance(entry, Candidate)}


def _is_same(row: dict[str, Any], labels: Labels, identities: Identities) -> bool:
    """Return whether the catalogue has the same labels; ages are stored as float32, and file names have none."""
    values = asdict(replace(labels, subject_id=identities.resolve(labels.subject_id)))
    age = values.pop("age")
    if age is not None and (row["age"] is None or not math.isclose(row["age"], age, rel_tol=1e-6)):
        return False
    return all(row[name] == value for name, value in values.items())
