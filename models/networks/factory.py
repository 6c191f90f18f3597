"""Create a system's compiled network in either recipe, with preprocessing computed from its training rows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from affect_store.models.backend import keras
from affect_store.models.networks import (
    corrected_recipe,
    face_cnn,
    feature_vectors,
    fusion,
    mesh_network,
    modal_auc,
    own_network,
    preprocessing,
    published_recipe,
    rmsprop_2022,
)
from affect_store.models.networks.preprocessing import Preprocessing, Whitening
from affect_store.models.rows import Rows
from affect_store.models.settings import Settings
from affect_store.models.systems import CORRECTED, DELTA, PIXELS, PUBLISHED_WITH_SLIPS, SYSTEMS, base_recipe

OPTIMIZERS = {"rmsprop_2022": rmsprop_2022.RMSprop2022, "adam": keras.optimizers.Adam, "adamw": keras.optimizers.AdamW}
CONFIGS: dict[str, Any] = {
    "mesh_network": mesh_network.MeshNetworkConfig(),
    "face_cnn": face_cnn.FaceCnnConfig(),
    "fusion": fusion.FusionConfig(),
}
"""Configurations of the networks with a module of their own; the others have a `CorrectedConfig`."""


def create_network(
    system: str, recipe: str, train: Rows, settings: Settings, seed: int = 0
) -> tuple[keras.Model, dict[str, Any]]:
    """Return a compiled network ready for its first step, and a JSON-serialisable record of its configuration.

    `seed` is for networks of the user's own. Raises `UntrainableError` if one of these cannot be built.
    """
    own = SYSTEMS[system].declaration
    if own is not None:
        model = own_network.build(own.declaration, train, seed)
        record: dict[str, Any] = {}
    elif base_recipe(recipe) == CORRECTED:
        model, record = _corrected(system, train)
    else:
        model, record = (
            published_recipe.build(system, with_slips=recipe == PUBLISHED_WITH_SLIPS, classes=len(train.classes)),
            {},
        )
    steps = max(1, len(train) // settings.batch)
    rate: Any = settings.learning_rate
    if settings.falls_to_zero:
        rate = keras.optimizers.schedules.CosineDecay(rate, steps * settings.epochs)
    auc = keras.metrics.AUC if train.targets is None else modal_auc.ModalAUC
    options = {"weight_decay": settings.weight_decay} if settings.weight_decay else {}
    optimizer = own_network.optimizer_of(model, rate) if own else OPTIMIZERS[settings.optimizer](rate, **options)
    model.compile(
        optimizer=optimizer,
        loss="categorical_crossentropy",
        metrics=["accuracy", auc(name="auc")],  # over all pairs of photograph and emotion, flattened
        steps_per_execution=steps,
    )
    return model, record


def _corrected(system: str, train: Rows) -> tuple[keras.Model, dict[str, Any]]:
    config = CONFIGS.get(system, corrected_recipe.CorrectedConfig())
    fitted = _fit_preprocessing(system, train, config)
    components = {name: step.projection.shape[1] for name, step in fitted.items() if isinstance(step, Whitening)}
    classes = len(train.classes)
    if system == "mesh_network":
        model = mesh_network.build(config, classes)
    elif system == "face_cnn":
        model = face_cnn.build(config, classes)
    elif system == "fusion":
        model = fusion.build(config, components, classes)
    else:
        model = corrected_recipe.build(system, config, components, classes)
    preprocessing.apply(model, fitted)
    return model, {"shape": asdict(config), "components": components}


def _fit_preprocessing(system: str, train: Rows, config: Any) -> Preprocessing:
    if system == "mesh_network":
        return {mesh_network.NODES: preprocessing.fit_scaling(train, feature_vectors.nodes)}
    if system == "face_cnn":
        return {}
    if system == "fusion":
        vectors = {DELTA: feature_vectors.flat(DELTA), fusion.TEXTURE: feature_vectors.texture_change}
        config = config.vectors
    else:
        vectors = {name: feature_vectors.flat(name) for name in train.inputs if name != PIXELS}
        if system == "general_mlp":
            vectors[PIXELS] = feature_vectors.pooled(config.general_pool)
    fitted: dict[str, Any] = {
        name: preprocessing.fit_whitening(train, to_vectors, size=config.components, shrinkage=config.shrinkage)
        for name, to_vectors in vectors.items()
    }
    if PIXELS in train.inputs and PIXELS not in vectors and system != "fusion":
        fitted[PIXELS] = preprocessing.fit_channel_scaling(train.inputs[PIXELS])
    return fitted
