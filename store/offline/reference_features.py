"""Features of the reference photographs that deltas were taken against, dictionary-encoded: each value is held once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import polars as pl
import pyarrow as pa

from affect_store.store.engine import reader
from affect_store.store.engine.arrow_columns import masked_vectors, packed_thumbnails
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.offline import measure_rows, relative_rows
from affect_store.store.offline.matrix import PIXELS, dense_positions, find_rows, presence, read_matrix

COLUMNS = {"reference_landmarks": "landmarks", "reference_rgb": "pixels"}
"""Columns of training rows, and the feature of the reference photograph in each."""

DERIVED = frozenset({*COLUMNS, measure_rows.COLUMN, relative_rows.COLUMN})
"""Columns of training rows that are found or computed with the reference photograph, or from deltas against it."""

RULE = "aligned"
"""The delta feature that defines the reference: the neutral photograph of the same subject from the same camera."""


def add_references(
    source: StoreFile, rows: pa.Table, views: Mapping[str, tuple[str, str]], moment: datetime, wanted: frozenset[str]
) -> pa.Table:
    """Append the wanted `DERIVED` columns to `rows`, which has image_id; NULL means no reference.

    `COLUMNS` are dictionary-encoded; changes of the measures need the landmarks among the rows, and deltas relative to
    the person the deltas. `views` gives view and version of the features and of the deltas; values are read as of
    `moment`.
    """
    if relative_rows.COLUMN in wanted:
        rows = relative_rows.add_relative(source, rows, moment)
        return add_references(source, rows, views, moment, wanted - {relative_rows.COLUMN})
    if measure_rows.COLUMN in wanted:
        with_landmarks = add_references(source, rows, views, moment, frozenset({"reference_landmarks"}))
        rows = measure_rows.add_measure_changes(source, with_landmarks, views[RULE][1], moment)
        if "reference_landmarks" not in wanted:
            rows = rows.drop_columns(["reference_landmarks"])
        return add_references(source, rows, views, moment, wanted - {measure_rows.COLUMN, "reference_landmarks"})
    if not wanted & COLUMNS.keys():
        return rows
    version = views[RULE][1]
    references = reader.query_frame(
        source.connection, "features/find_references", {"version": version, "moment": moment}
    )
    ids = pl.DataFrame({"image_id": pl.from_arrow(rows.column("image_id"))})
    reference_ids = ids.join(references, on="image_id", how="left", maintain_order="left")["reference_image_id"]
    unique = reference_ids.drop_nulls().unique().sort()
    positions = pl.DataFrame({"image_id": unique}, schema={"image_id": pl.String}).with_row_index("position")
    indices = reference_ids.replace_strict(unique, positions["position"], default=None, return_dtype=pl.Int32)
    for column, feature in COLUMNS.items():
        if column in wanted:
            values = _values(source, views[feature], positions, moment)
            rows = rows.append_column(column, pa.DictionaryArray.from_arrays(indices.to_arrow(), values))
    return rows


def _values(source: StoreFile, feature_view: tuple[str, str], positions: pl.DataFrame, moment: datetime) -> pa.Array:
    """Return the feature of each reference, in the order of `positions`; NULL where it has none."""
    view, version = feature_view
    among = positions["image_id"].to_list()
    rows = find_rows(source.connection, view, version, moment, among=among).join(positions, on="image_id")
    present = presence(rows["position"], len(positions))
    values = read_matrix(
        source, view, rows.with_columns(dense_positions(rows["position"], present)), int(present.sum())
    )
    if view == PIXELS:
        return packed_thumbnails(values, present)
    padded = np.zeros((len(positions), values.shape[1]), np.float32)
    padded[present] = values
    return masked_vectors(padded, present)
