"""What the last publication says of its features, for comparison: how they were spread, and their seals.

A publication of an older affect-store may lack any of it: then there is nothing to compare with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from store.vocabulary import PIXEL_CHANNELS
from validation.bounds import SPREAD_PICTURES
from validation.dialect import Reading, reading, sql

PICTURES = "spread of pictures"
"""The setting of a publication that says how bright its thumbnails were: most publications have no thumbnails."""

_CHANNELS = ("red", "green", "blue")
Key = tuple[str, str]
"""What is compared: a group of landmarks and an axis, or all pixels and a colour."""


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation of the values of one kind, over so many photographs."""

    images: int
    mean: float
    sd: float


def statistics(path: Path) -> dict[str, dict[Key, Spread]]:
    """How each version of a feature was spread when it was published."""
    found: dict[str, dict[Key, Spread]] = {}
    with _opened(path) as store:
        rows = _rows(store, "select_published_statistics")
        settings = _rows(store, "select_published_pictures", {"key": PICTURES})
    for row in rows:
        spread = Spread(row["n_images"], row["mean"], row["sd"])
        found.setdefault(row["version"], {})[row["landmark_group"], row["axis"]] = spread
    for row in settings:
        for version, told in json.loads(row["setting"]).items():
            found[version] = {("pixels", name): Spread(*one) for name, one in told.items()}
    return found


def seals(path: Path, table: str) -> list[dict[str, Any]]:
    """image_id, version, created_at and seal of each row that was published of a feature table."""
    with _opened(path) as store:
        return _rows(store, f"select_seals_of_{table.partition('.')[2]}")


def pictures_told(work: Path) -> str:
    """The setting `PICTURES` of what the work store holds today."""
    with reading(work) as store:
        versions = store.arrow(sql("select_picture_version")).to_pylist()
        told = {row["version"]: pictures(store, row["version"]) for row in versions}
    return json.dumps({
        version: {name: [one.images, one.mean, one.sd] for (_, name), one in spread.items()}
        for version, spread in told.items()
    })  # fmt: skip


def pictures(store: Reading, version: str) -> dict[Key, Spread]:
    """How bright thumbnails are in each colour, over the first `SPREAD_PICTURES` in the order of their ids."""
    rows = store.arrow(sql("select_pictures"), {"version": version, "pictures": SPREAD_PICTURES}).column("rgb")
    if not len(rows):
        return {}
    sums = np.zeros((2, PIXEL_CHANNELS))
    for one in rows:
        values = np.frombuffer(one.as_py(), np.uint8).reshape(-1, PIXEL_CHANNELS).astype(np.float64)
        sums += np.stack([values.mean(axis=0), np.square(values).mean(axis=0)])
    mean, square = sums / len(rows)
    sd = np.sqrt(np.maximum(0.0, square - mean**2))
    spreads = zip(_CHANNELS, mean.tolist(), sd.tolist(), strict=True)
    return {("pixels", name): Spread(len(rows), *one) for name, *one in spreads}


@contextmanager
def _opened(path: Path) -> Iterator[Reading | None]:
    """The published store, or None where there is none. Raises `StoreError` where it cannot be opened."""
    if path.exists():
        with reading(path.resolve()) as store:
            yield store
    else:
        yield None


def _rows(store: Reading | None, statement: str, bound: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    try:
        return store.arrow(sql(statement), bound).to_pylist() if store else []
    except Exception:  # an older publication has no such table
        return []
