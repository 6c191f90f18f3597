"""How the values behind a check are spread, beside its bounds: from a SQL file `measure_*.sql` to histograms.

A file returns the columns name, value, low and high: one histogram a name. It describes; it judges nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from validation.dialect import Reading, sql
from validation.verdict import Distribution

BINS = 40


def distributions(store: Reading, measure: str) -> tuple[Distribution, ...]:
    """The histograms of one file, by name; a name without finite values has none."""
    rows = pl.DataFrame(store.arrow(sql(measure))).drop_nulls("value").filter(pl.col("value").is_finite())
    groups = rows.group_by("name", maintain_order=True)
    return tuple(
        histogram(str(name), group["value"].cast(pl.Float64).to_numpy(), low=group["low"][0], high=group["high"][0])
        for (name,), group in groups
    )


def histogram(
    name: str, values: Sequence[float] | np.ndarray, *, low: float | None = None, high: float | None = None
) -> Distribution:
    """The histogram of some values, one of them finite at least, wide enough to show the bounds too."""
    finite = np.asarray(values, np.float64)
    finite = finite[np.isfinite(finite)]
    shown = [finite.min(), finite.max(), *(float(bound) for bound in (low, high) if bound is not None)]
    counts, edges = np.histogram(finite, bins=BINS, range=(min(shown), max(shown)) if min(shown) < max(shown) else None)
    return Distribution(
        name, tuple(edges.tolist()), tuple(counts.tolist()), float(finite.min()), float(finite.max()),
        None if low is None else float(low), None if high is None else float(high),
    )  # fmt: skip
