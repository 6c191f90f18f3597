"""Predict the probabilities of a fitted system for the rows of a frame that have all its inputs; others are omitted."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from affect_store.models.rows import select_rows
from affect_store.models.training.fitted import FittedSystem

BATCH = 256


def predict(fitted: FittedSystem, table: pa.Table) -> pl.DataFrame:
    """Return image_id, predicted (uint8 label) and one float32 probability per class, in the order of the rows."""
    rows, classes = select_rows(table, fitted.columns, fitted.classes), fitted.classes
    probabilities = np.empty((len(rows), len(classes)), dtype=np.float32)
    for start in range(0, len(rows), BATCH):
        batch = np.arange(start, min(start + BATCH, len(rows)), dtype=np.int64)
        probabilities[batch] = fitted.probabilities(rows.take(batch))
    ids = table.column("image_id").take(pa.array(rows.numbers))
    columns = {"image_id": ids.to_pylist(), "predicted": classes.labels_at(probabilities.argmax(axis=1))}
    frame = pl.DataFrame(columns, schema_overrides={"image_id": pl.String})
    return frame.hstack(pl.DataFrame(probabilities, schema=dict.fromkeys(classes.probabilities, pl.Float32)))
