"""Probabilities of a fitted network for the rows of a frame that have all its inputs; no others are invented."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from models.fit import Fitted
from models.rows import select
from models.systems import columns
from store.vocabulary import EMOTIONS, PROBABILITIES

BATCH = 256


def predict(fitted: Fitted, table: pa.Table) -> pl.DataFrame:
    """image_id, predicted (uint8 label) and one float32 probability a class, in the order of the table's rows."""
    rows = select(table, columns(fitted.system, fitted.recipe))
    probabilities = np.empty((len(rows), len(EMOTIONS)), dtype=np.float32)
    for start in range(0, len(rows), BATCH):
        batch = np.arange(start, min(start + BATCH, len(rows)), dtype=np.int64)
        probabilities[batch] = fitted.probabilities(rows.take(batch))
    ids = table.column("image_id").take(pa.array(rows.numbers))
    frame = pl.DataFrame({"image_id": ids.to_pylist(), "predicted": probabilities.argmax(axis=1).astype(np.uint8)})
    return frame.hstack(pl.DataFrame(probabilities, schema=dict.fromkeys(PROBABILITIES, pl.Float32)))
