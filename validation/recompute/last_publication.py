"""Statistics and checksums of the features in the last publication, to compare with.

A publication of an older schema version may lack them; then nothing is compared. In any other case, a publication that
cannot be read is an error: a comparison that did not take place must not pass.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from affect_store.store.engine.duckdb import SAME_PUBLICATIONS, schema_version
from affect_store.store.errors import StoreError, StoreLockedError
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.vocabulary import PIXEL_CHANNELS
from affect_store.validation.gx.dialect import StoreReader, open_reader, sql
from affect_store.validation.thresholds import STATISTICS_THUMBNAILS

_CHANNELS = ("red", "green", "blue")
_T = TypeVar("_T")
Key = tuple[str, str]
"""A group of landmarks and an axis, all pixels and a colour, or a column of a scalar view and a camera angle."""


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation of a group of values, and the number of photographs behind them."""

    images: int
    mean: float
    sd: float


def statistics(path: Path) -> dict[str, dict[Key, Spread]]:
    """Read the published statistics of each feature version. Raise `StoreError` if they cannot be read."""
    by_version: dict[str, dict[Key, Spread]] = {}
    with _opened(path) as store:
        rows = _rows(store, "select/published_statistics")
        by_version |= scalar_statistics(_rows(store, "select/published_scalars"))
        settings = _rows(store, "select/published_thumbnail_statistics", {"key": SettingKey.PICTURE_STATISTICS})
    for row in rows:
        spread = Spread(row["n_images"], row["mean"], row["sd"])
        by_version.setdefault(row["version"], {})[row["landmark_group"], row["axis"]] = spread
    for row in settings:
        for version, colours in json.loads(row["setting"]).items():
            by_version[version] = {("pixels", colour): Spread(*values) for colour, values in colours.items()}
    return by_version


def scalar_statistics(rows: list[dict[str, Any]]) -> dict[str, dict[Key, Spread]]:
    """Return the statistics of scalar features by version, from rows of `features.scalar_statistics`."""
    by_version: dict[str, dict[Key, Spread]] = {}
    for row in rows:
        key = row["column_name"], f"{row['camera_angle_deg']}°"
        by_version.setdefault(row["version"], {})[key] = Spread(row["n_images"], row["mean"], row["sd"])
    return by_version


def published_checksums(path: Path, table: str) -> pa.Table | None:
    """Read image_id, version, created_at and checksum (seal) of the published rows of a feature table; None if an older
    publication has no such table.

    Raise `StoreError` if they cannot be read.
    """
    with _opened(path) as store:
        return _read(store, lambda: store.arrow(sql("select/stored_checksums").replace("{batch}", table)), None)


def picture_statistics(work: Path) -> str:
    """Compute the setting `picture_statistics` of the current work store, as JSON."""
    with open_reader(work) as store:
        versions = store.arrow(sql("select/thumbnail_version")).to_pylist()
        by_version = {row["version"]: colour_statistics(store, row["version"]) for row in versions}
    return json.dumps({
        version: {colour: [spread.images, spread.mean, spread.sd] for (_, colour), spread in spreads.items()}
        for version, spreads in by_version.items()
    })  # fmt: skip


def colour_statistics(store: StoreReader, version: str) -> dict[Key, Spread]:
    """Compute mean and standard deviation of each colour over the first `STATISTICS_THUMBNAILS` thumbnails by id."""
    rows = store.arrow(sql("select/pictures"), {"version": version, "pictures": STATISTICS_THUMBNAILS}).column("rgb")
    if not len(rows):
        return {}
    sums = np.zeros((2, PIXEL_CHANNELS))
    for rgb in rows:
        values = np.frombuffer(rgb.as_py(), np.uint8).reshape(-1, PIXEL_CHANNELS).astype(np.float64)
        sums += np.stack([values.mean(axis=0), np.square(values).mean(axis=0)])
    mean, square = sums / len(rows)
    sd = np.sqrt(np.maximum(0.0, square - mean**2))
    spreads = zip(_CHANNELS, mean.tolist(), sd.tolist(), strict=True)
    return {("pixels", colour): Spread(len(rows), *values) for colour, *values in spreads}


@contextmanager
def _opened(path: Path) -> Iterator[StoreReader]:
    """Open the published store. Raise `StoreError` if it is missing or cannot be opened."""
    try:
        with open_reader(path.resolve()) as store:
            yield store
    except StoreLockedError:
        raise
    except StoreError as error:
        raise StoreError(
            f"the last publication cannot be read; `affect prune` removes damaged publications, then run again: {error}"
        ) from error


def _rows(store: StoreReader, statement: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    return _read(store, lambda: store.arrow(sql(statement), parameters).to_pylist(), [])


def _read(store: StoreReader, read: Callable[[], _T], absent: _T) -> _T:
    """Return what `read` returns; `absent` if it fails on a publication of an older schema version."""
    try:
        return read()
    except Exception as error:
        if schema_version(store.connection) not in (None, *SAME_PUBLICATIONS):
            return absent
        raise StoreError(" ".join(str(error).split())) from error  # `_opened` adds what to do
