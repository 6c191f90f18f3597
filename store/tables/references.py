"""Features of the photographs that deltas were taken against: each value is held once, however many rows share it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import polars as pl
import pyarrow as pa

from store.tables import read
from store.tables.columns import pictures, spread
from store.tables.matrix import PICTURES, fill, find
from store.tables.source import Source

COLUMNS = {"reference_landmarks": "landmarks", "reference_rgb": "pixels"}
"""Column of the training rows, and the feature of the reference that it holds."""

RULE = "aligned"
"""The kind of delta whose reference is meant: the same person at rest, before the same camera."""


def add_references(
    source: Source, rows: pa.Table, views: Mapping[str, tuple[str, str]], moment: datetime, wanted: frozenset[str]
) -> pa.Table:
    """`rows`, which have image_id, with some of `COLUMNS`, dictionary-encoded; NULL where there is no reference.

    `views` holds view and version of the features and of the deltas; what counted at `moment` is read.
    """
    version = views[RULE][1]
    found = read.frame(source.connection, "find_references", {"version": version, "moment": moment})
    ids = pl.DataFrame({"image_id": pl.from_arrow(rows.column("image_id"))})
    referred = ids.join(found, on="image_id", how="left", maintain_order="left")["reference_image_id"]
    known = referred.drop_nulls().unique().sort()
    places = pl.DataFrame({"image_id": known}, schema={"image_id": pl.String}).with_row_index("place")
    entries = referred.replace_strict(known, places["place"], default=None, return_dtype=pl.Int32)
    for column, feature in COLUMNS.items():
        if column in wanted:
            values = _values(source, views[feature], places, moment)
            rows = rows.append_column(column, pa.DictionaryArray.from_arrays(entries.to_arrow(), values))
    return rows


def _values(source: Source, version: tuple[str, str], places: pl.DataFrame, moment: datetime) -> pa.Array:
    """The feature of each reference, in the order of `places`; NULL where it has none."""
    view, number = version
    rows = find(source.connection, view, number, moment, among=places["image_id"].to_list()).join(places, on="image_id")
    present = np.zeros(len(places), dtype=bool)
    present[rows["place"].to_numpy()] = True
    ranks = pl.Series("place", (np.cumsum(present) - 1)[rows["place"].to_numpy()], pl.Int64)
    values = fill(source, view, rows.with_columns(ranks), int(present.sum()))
    if view == PICTURES:
        return pictures(values, present)
    whole = np.zeros((len(places), values.shape[1]), np.float32)
    whole[present] = values
    return spread(whole, present)
