"""How the values behind a check are spread, beside its bounds: from a SQL file `measure_*.sql` to histograms.

A file returns the columns name, value, low and high: one histogram a name. It describes; it judges nothing.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from validation.dialect import Reading, sql
from validation.verdict import Distribution

BINS = 40


def distributions(store: Reading, measure: str) -> tuple[Distribution, ...]:
    """The histograms of one file, by name; values that are not finite are left out, and so is a name without others."""
    rows = pl.DataFrame(store.arrow(sql(measure))).drop_nulls("value").filter(pl.col("value").is_finite())
    groups = rows.group_by("name", maintain_order=True)
    return tuple(_histogram(str(name), group) for (name,), group in groups)


def _histogram(name: str, rows: pl.DataFrame) -> Distribution:
    values = rows["value"].cast(pl.Float64).to_numpy()
    low, high = rows["low"][0], rows["high"][0]
    shown = [values.min(), values.max(), *(float(bound) for bound in (low, high) if bound is not None)]
    counts, edges = np.histogram(values, bins=BINS, range=(min(shown), max(shown)) if min(shown) < max(shown) else None)
    return Distribution(
        name, tuple(edges.tolist()), tuple(counts.tolist()), float(values.min()), float(values.max()),
        None if low is None else float(low), None if high is None else float(high),
    )  # fmt: skip
