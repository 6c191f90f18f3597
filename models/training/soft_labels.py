"""Soft labels: the distribution of human ratings over the emotions, as the target of training.

A classifier that is trained on the uncertainty of people is better calibrated on ambiguous pictures and generalises
better (Peterson et al. 2019, "Human uncertainty makes classification more robust", ICCV, doi
10.1109/ICCV.2019.00971; for facial expressions Barsoum et al. 2016, ICMI, doi 10.1145/2993148.2993165).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from affect_store.models.rows import Mask, Rows
from affect_store.store.vocabulary import AGREEMENTS


def count_rated(table: pa.Table, rows: Rows) -> int:
    """Return how many of the selected rows have the ratings of all eight emotions."""
    return int(_shares(table, rows)[1].sum())


def with_targets(table: pa.Table, rows: Rows) -> Rows:
    """Return the rows with targets: the shares of the raters divided by their sum, one-hot labels without ratings.

    Raters chose among the eight, so a further class has no share.
    """
    shares, is_rated = _shares(table, rows)
    targets = np.eye(len(rows.classes), dtype=np.float32)[rows.labels]
    targets[is_rated] = 0
    targets[is_rated, : len(AGREEMENTS)] = shares[is_rated] / shares[is_rated].sum(axis=1, keepdims=True)
    return replace(rows, targets=targets)


def _shares(table: pa.Table, rows: Rows) -> tuple[NDArray[np.float64], Mask]:
    """Return the shares of the raters, (n, 8), and which rows have them all, (n,)."""
    frame = pl.DataFrame(pl.from_arrow(table.select(AGREEMENTS)))
    shares = frame.to_numpy().astype(np.float64)[rows.numbers]
    return shares, ~np.isnan(shares).any(axis=1) & (shares.sum(axis=1) > 0)
