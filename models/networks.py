"""A system's network in either recipe, new for its training rows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from models import corrected, face_cnn, fusion, mesh_network, preparation, published, vectors
from models.backend import keras
from models.preparation import Start, Whitening
from models.rows import Rows
from models.settings import Settings
from models.systems import CORRECTED, DELTA, PIXELS

OPTIMIZERS = {"rmsprop": keras.optimizers.RMSprop, "adam": keras.optimizers.Adam, "adamw": keras.optimizers.AdamW}


def new(system: str, recipe: str, train: Rows, settings: Settings) -> tuple[keras.Model, dict[str, Any]]:
    """A compiled network ready for its first step, and a JSON-able record of its sizes."""
    model, record = _improved(system, train) if recipe == CORRECTED else (published.build(system), {})
    steps = max(1, len(train) // settings.batch)
    rate: Any = settings.learning_rate
    if settings.falls_to_zero:
        rate = keras.optimizers.schedules.CosineDecay(rate, steps * settings.epochs)
    options = {"weight_decay": settings.weight_decay} if settings.weight_decay else {}
    model.compile(
        optimizer=OPTIMIZERS[settings.optimizer](rate, **options),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=steps,
    )
    return model, record


def _improved(system: str, train: Rows) -> tuple[keras.Model, dict[str, Any]]:
    shape = SHAPES.get(system, corrected.Shape())
    beginning = _beginning(system, train, shape)
    components = {name: one.projection.shape[1] for name, one in beginning.items() if isinstance(one, Whitening)}
    if system == "mesh_network":
        model = mesh_network.build(shape)
    elif system == "face_cnn":
        model = face_cnn.build(shape)
    elif system == "fusion":
        model = fusion.build(shape, components)
    else:
        model = corrected.build(system, shape, components)
    preparation.start(model, beginning)
    return model, {"shape": asdict(shape), "components": components}


SHAPES: dict[str, Any] = {"mesh_network": mesh_network.Shape(), "face_cnn": face_cnn.Shape(), "fusion": fusion.Shape()}
"""Sizes of the networks that have a module of their own."""


def _beginning(system: str, train: Rows, shape: Any) -> Start:
    if system == "mesh_network":
        return {mesh_network.NODES: preparation.scaling(train, vectors.nodes)}
    if system == "face_cnn":
        return {}
    if system == "fusion":
        found = {DELTA: vectors.flat(DELTA), fusion.TEXTURE: vectors.texture}
        sizes = shape.vectors
    else:
        found = {name: vectors.flat(name) for name in train.inputs if name != PIXELS}
        sizes = shape
        if system == "general_mlp":
            found[PIXELS] = vectors.pooled(shape.general_pool)
    beginning: dict[str, Any] = {
        name: preparation.whitening(train, one, size=sizes.components, shrinkage=sizes.shrinkage)
        for name, one in found.items()
    }
    if PIXELS in train.inputs and PIXELS not in found and system != "fusion":
        beginning[PIXELS] = preparation.channel_scaling(train.inputs[PIXELS])
    return beginning
