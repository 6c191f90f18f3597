"""Histograms of the values behind a check, with its limits, from the SQL files in `sql/measure`.

A file returns the columns name, value, low and high; each name gets one histogram.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from affect_store.validation.gx.dialect import StoreReader, sql
from affect_store.validation.verdict import Distribution

BINS = 40


def distributions(store: StoreReader, measure: str) -> tuple[Distribution, ...]:
    """Compute the histograms of one file by name; a name without finite values gets none."""
    rows = pl.DataFrame(store.arrow(sql(measure))).drop_nulls("value").filter(pl.col("value").is_finite())
    groups = rows.group_by("name", maintain_order=True)
    return tuple(
        histogram(str(name), group["value"].cast(pl.Float64).to_numpy(), low=group["low"][0], high=group["high"][0])
        for (name,), group in groups
    )


def histogram(
    name: str, values: Sequence[float] | NDArray[np.float64], *, low: float | None = None, high: float | None = None
) -> Distribution:
    """Compute a histogram of values, at least one of them finite, wide enough to show the limits."""
    finite = np.asarray(values, np.float64)
    finite = finite[np.isfinite(finite)]
    shown = [finite.min(), finite.max(), *(float(limit) for limit in (low, high) if limit is not None)]
    counts, edges = np.histogram(finite, bins=BINS, range=(min(shown), max(shown)) if min(shown) < max(shown) else None)
    return Distribution(
        name, tuple(edges.tolist()), tuple(counts.tolist()), float(finite.min()), float(finite.max()),
        None if low is None else float(low), None if high is None else float(high),
    )  # fmt: skip
