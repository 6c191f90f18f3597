"""Training hyperparameters of every network by system and recipe, and of linear systems. Nothing heavy is imported."""

from __future__ import annotations

from dataclasses import dataclass, replace

from affect_store.models.systems import CORRECTED, PIXELS, PUBLISHED, SYSTEMS, base_recipe, input_columns

PUBLISHED_MLP_RATE = 0.09973
"""Learning rate of the notebook's multilayer perceptrons; that they diverge with it is part of the reproduction."""


TOWARDS_IDENTITY = {"lda": 0.2, "relative_lda": 0.2, "appearance_lda": 0.3}
"""Share by which the covariance of a system is shrunk towards the identity after Ledoit and Wolf's share.

Their share fits the covariance of the training rows best. What differs by a thousandth between emotions in one corpus
then counts as much as a smile, and is something else in another corpus or mesh (docs/adr/048).
"""


@dataclass(frozen=True)
class Settings:
    """Hyperparameters of one network in one recipe. With `patience` None all epochs run and the last weights count."""

    optimizer: str
    learning_rate: float
    batch: int
    epochs: int
    validation_batch: int = 256
    drops_last_batch: bool = False
    patience: int | None = None
    weight_decay: float = 0.0
    falls_to_zero: bool = False
    """Whether the learning rate decays to zero over the epochs (cosine decay)."""

    lowers_rate: bool = False
    """Whether the learning rate is multiplied by 0.2 after 5 epochs without a better validation loss, down to 1e-4."""


def settings(system: str, recipe: str) -> Settings:
    """Return the settings of a network in a recipe. Raises `UnknownNameError` for an unknown system or recipe."""
    input_columns(system, recipe)
    return _corrected(system) if base_recipe(recipe) == CORRECTED else _published(system)


def epochs_of(system: str, recipe: str, limit: int | None = None) -> int:
    """Return the maximum number of epochs of a network, `limit` if that is less."""
    epochs = settings(system, recipe).epochs
    return epochs if limit is None else min(epochs, limit)


_EPOCH_COST = {
    PUBLISHED: {"general_mlp": 21.0, "cnn": 4.0, "vector_mlp": 0.6, "mm1": 5.3, "point_mlp": 0.6, "mm2": 6.0},
    CORRECTED: {
        "general_mlp": 0.6, "cnn": 1.9, "vector_mlp": 0.3, "mm1": 2.0, "point_mlp": 0.2, "mm2": 2.0,
        "mesh_network": 1.6, "face_cnn": 1.8, "fusion": 2.0,
    },
}  # fmt: skip
"""Milliseconds for each photograph of an epoch on one core, roughly. Only their ratios are used."""


def epoch_cost(system: str, recipe: str) -> float:
    """Return the relative cost of a photograph in an epoch of a network; of the user's own, the mean of the others."""
    costs = _EPOCH_COST[base_recipe(recipe)]
    return costs.get(system, sum(costs.values()) / len(costs))


def _published(system: str) -> Settings:
    default = Settings("rmsprop_2022", 1e-3, batch=32, epochs=SYSTEMS[system].published_epochs, validation_batch=32)
    if system in ("general_mlp", "vector_mlp", "point_mlp"):
        return replace(default, learning_rate=PUBLISHED_MLP_RATE, lowers_rate=True)
    return default


def _corrected(system: str) -> Settings:
    own = SYSTEMS[system].declaration
    if own is not None:
        declared = own.declaration
        return Settings("adam", 1e-3, batch=declared.batch, epochs=declared.epochs, patience=declared.patience)
    default = Settings("adam", 2e-3, batch=64, epochs=120, drops_last_batch=True, patience=12)
    if system == "face_cnn":
        return replace(default, optimizer="adamw", epochs=60, patience=15, weight_decay=1e-3, falls_to_zero=True)
    if system == "fusion":
        return replace(default, epochs=40, patience=8)
    if system in ("general_mlp", "mesh_network") or PIXELS not in SYSTEMS[system].inputs:
        return default
    return replace(default, epochs=30, patience=5)  # an epoch with convolutions takes ten times as long
