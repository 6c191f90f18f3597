"""The mean of several systems' calibrated probabilities: nothing is learnt, so nothing can be fitted too closely.

Source: Lakshminarayanan, Pritzel and Blundell 2017, "Simple and scalable predictive uncertainty estimation using deep
ensembles", arXiv 1612.01474, section 2.4.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from models.calibrate import scaled
from store.errors import UntrainableError
from store.vocabulary import PROBABILITIES


def combine(members: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """image_id, predicted and a probability a class, for the photographs that every member predicts, in the order of
    the first.

    Each frame of `members` has image_id, the probabilities and `temperature`. Raises `UntrainableError` without
    members.
    """
    if not members:
        raise UntrainableError("an ensemble needs trained systems to average, and there is none")
    ids = members[0].select("image_id")
    for one in members[1:]:
        ids = ids.join(one.select("image_id"), on="image_id", how="semi", maintain_order="left")
    total = np.zeros((len(ids), len(PROBABILITIES)))
    for one in members:
        rows = ids.join(one, on="image_id", how="left", maintain_order="left")
        total += scaled(rows.select(PROBABILITIES).to_numpy(), rows["temperature"].to_numpy())
    mean = (total / len(members)).astype(np.float32)
    found = ids.with_columns(pl.Series("predicted", mean.argmax(axis=1).astype(np.uint8)))
    return found.hstack(pl.DataFrame(mean, schema=dict.fromkeys(PROBABILITIES, pl.Float32)))
