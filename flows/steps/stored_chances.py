"""The stored form of predicted probabilities: columns for the eight emotions, and one map for further classes."""

from __future__ import annotations

import polars as pl

from affect_store.store.vocabulary import PROBABILITIES

COLUMN = "further_chances"
_SUFFIX = "_prob"


def with_further_chances(predictions: pl.DataFrame) -> pl.DataFrame:
    """Move the probabilities of classes besides the eight to the column `further_chances`; unchanged without any."""
    columns = [name for name in predictions.columns if name.endswith(_SUFFIX) and name not in PROBABILITIES]
    if not columns:
        return predictions
    names = [name.removesuffix(_SUFFIX) for name in columns]
    chances = [list(zip(names, row, strict=True)) for row in predictions.select(columns).iter_rows()]
    return predictions.drop(columns).with_columns(pl.Series(COLUMN, chances, pl.Object))
