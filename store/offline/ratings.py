"""Ratings of photographs by people, as they were known at a point in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl
import pyarrow as pa

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.offline.photographs import require_known
from affect_store.store.schema.tables import BY_NAME, arrow_schema
from affect_store.store.vocabulary import AGREEMENTS

TABLE = "catalogue.ratings"


def read_ratings(connection: Connection, image_ids: Sequence[str] | None, moment: datetime) -> pl.DataFrame:
    """Return the ratings known at `moment`: image_id and the columns of `catalogue.ratings` without `known_at`.

    One row per photograph: those of `image_ids` in this order, NULL where unknown; None selects all that have ratings,
    ordered by id. Raises `UnknownNameError` for a photograph that is not in the store.
    """
    if reader.has_table(connection, TABLE):
        known = reader.query_frame(connection, "catalogue/select_ratings_at", {"moment": moment})
    else:  # a publication from before ratings were stored
        known = pl.DataFrame(pl.from_arrow(pa.Table.from_batches([], arrow_schema(BY_NAME[TABLE])))).drop("known_at")
    if image_ids is None:
        return known.filter(pl.any_horizontal(pl.exclude("image_id").is_not_null()))
    require_known(connection, image_ids)
    wanted = pl.DataFrame({"image_id": list(image_ids)}, schema={"image_id": pl.String})
    return wanted.join(known, on="image_id", how="left", maintain_order="left")


def add_distributions(connection: Connection, rows: pa.Table, moment: datetime) -> pa.Table:
    """Add the distribution of the raters over the emotions, known at `moment`, to rows with image_id; NULL if unknown.

    The columns are float64, `agreement_<emotion>`.
    """
    known = read_ratings(connection, rows.column("image_id").to_pylist(), moment)
    for name in AGREEMENTS:
        rows = rows.append_column(name, known[name].cast(pl.Float64).to_arrow())
    return rows
