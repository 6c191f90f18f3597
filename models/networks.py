"""A system's network in either recipe: new for training rows, or empty with the sizes that a record names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import corrected, published
from models.backend import keras
from models.preparation import Whitening, channel_scaling, whitening
from models.rows import Rows
from models.settings import Settings
from models.systems import CORRECTED, PIXELS

OPTIMIZERS = {"rmsprop": keras.optimizers.RMSprop, "adam": keras.optimizers.Adam}


def new(system: str, recipe: str, train: Rows, settings: Settings) -> tuple[keras.Model, dict[str, Any]]:
    """A compiled network ready for its first step, and the JSON-able record of sizes that `empty` builds it from."""
    record: dict[str, Any] = {}
    if recipe == CORRECTED:
        beginning = _beginning(system, train, shape := corrected.Shape())
        kept = {name: one.projection.shape[1] for name, one in beginning.items() if isinstance(one, Whitening)}
        record = {"shape": asdict(shape), "components": kept}
    model = empty(system, recipe, record)
    if recipe == CORRECTED:
        corrected.start(model, beginning)
    model.compile(
        optimizer=OPTIMIZERS[settings.optimizer](settings.learning_rate),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=max(1, len(train) // settings.batch),
    )
    return model, record


def empty(system: str, recipe: str, record: Mapping[str, Any]) -> keras.Model:
    """The network of a record, with Keras's initial weights."""
    if recipe != CORRECTED:
        return published.build(system)
    shape = dict(record["shape"])
    shape["convolutions"] = tuple(shape["convolutions"])  # JSON has no tuples
    return corrected.build(system, corrected.Shape(**shape), record["components"])


def _beginning(system: str, train: Rows, shape: corrected.Shape) -> corrected.Start:
    beginning: dict[str, Any] = {}
    for name, values in train.inputs.items():
        if name == PIXELS and system != "general_mlp":
            beginning[name] = channel_scaling(values)
            continue
        transform = _pooling(shape.general_pool) if name == PIXELS else None
        beginning[name] = whitening(train, name, size=shape.components, shrinkage=shape.shrinkage, transform=transform)
    return beginning


def _pooling(pool: int):  # type: ignore[no-untyped-def]
    """The same pooling as the network's own first layers, so that both see equal numbers."""

    def pooled(photographs: NDArray[np.generic]) -> NDArray[np.float64]:
        return np.asarray(corrected.pooled_pixels(photographs, pool), dtype=np.float64)

    return pooled
