"""The stored form of predicted probabilities: columns for the eight emotions, and one map for further classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from affect_store.store.emotion_classes import Classes
from affect_store.store.vocabulary import PROBABILITIES

COLUMN = "further_chances"
_SUFFIX = "_prob"


def further_chances(row: Mapping[str, Any], classes: Classes) -> list[tuple[str, float]] | None:
    """Return the probabilities of the classes besides the eight in a row of predictions; None if there are none.

    None, too, for a photograph that was not predicted, whose probabilities are None.
    """
    chances = [(name, row[f"{name}{_SUFFIX}"]) for name in classes.further]
    return None if not chances or chances[0][1] is None else chances


def with_further_chances(predictions: pl.DataFrame) -> pl.DataFrame:
    """Move the probabilities of classes besides the eight to the column `further_chances`; unchanged without any."""
    columns = [name for name in predictions.columns if name.endswith(_SUFFIX) and name not in PROBABILITIES]
    if not columns:
        return predictions
    names = [name.removesuffix(_SUFFIX) for name in columns]
    chances = [list(zip(names, row, strict=True)) for row in predictions.select(columns).iter_rows()]
    return predictions.drop(columns).with_columns(pl.Series(COLUMN, chances, pl.Object))
