"""Average the calibrated probabilities of several systems; nothing is trained, so nothing can overfit.

Source: Lakshminarayanan, Pritzel and Blundell 2017, "Simple and scalable predictive uncertainty estimation using deep
ensembles", arXiv 1612.01474, section 2.4.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from affect_store.models.training.calibration import apply_temperature
from affect_store.store.emotion_classes import EIGHT, Classes
from affect_store.store.errors import UntrainableError


def combine(members: Sequence[pl.DataFrame], classes: Classes = EIGHT) -> pl.DataFrame:
    """Return image_id, predicted and a probability per class for the photographs that every member predicts, in the
    order of the first member.

    Each frame of `members` has image_id, the probabilities and `temperature`. Raises `UntrainableError` without
    members.
    """
    if not members:
        raise UntrainableError("an ensemble averages trained systems, and none is given")
    ids = members[0].select("image_id")
    for member in members[1:]:
        ids = ids.join(member.select("image_id"), on="image_id", how="semi", maintain_order="left")
    total = np.zeros((len(ids), len(classes)))
    for member in members:
        rows = ids.join(member, on="image_id", how="left", maintain_order="left")
        total += apply_temperature(rows.select(classes.probabilities).to_numpy(), rows["temperature"].to_numpy())
    mean = (total / len(members)).astype(np.float32)
    labelled = ids.with_columns(pl.Series("predicted", classes.labels_at(mean.argmax(axis=1))))
    return labelled.hstack(pl.DataFrame(mean, schema=dict.fromkeys(classes.probabilities, pl.Float32)))
