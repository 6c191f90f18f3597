"""Every number that determines how a network is trained, by system and recipe. Nothing heavy is imported here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.systems import PIXELS, PUBLISHED, SYSTEMS, columns

PUBLISHED_MLP_RATE = 0.09973
"""The learning rate of the notebook's multilayer perceptrons; it diverges, which is part of what is reproduced."""


@dataclass(frozen=True)
class Settings:
    """How one network is trained in one recipe. `patience` None: all epochs are run and the last one counts."""

    optimizer: str
    learning_rate: float
    batch: int
    epochs: int
    drops_last_batch: bool = False
    patience: int | None = None
    weight_decay: float = 0.0
    falls_to_zero: bool = False
    """Whether the rate falls to zero over the epochs, along a half period of the cosine."""

    lowers_rate: bool = False
    """Whether the rate is multiplied by 0.2 after 5 epochs without a better validation loss, down to 1e-4."""


def settings(system: str, recipe: str) -> Settings:
    """The settings of a network in a recipe. Raises `UnknownNameError` for a name that does not exist."""
    columns(system, recipe)
    return _published(system) if recipe == PUBLISHED else _corrected(system)


def _published(system: str) -> Settings:
    plain = Settings("rmsprop", 1e-3, batch=32, epochs=SYSTEMS[system].published_epochs)
    if system == "general_mlp":
        return replace(plain, learning_rate=PUBLISHED_MLP_RATE, lowers_rate=True)
    if system in ("vector_mlp", "point_mlp"):
        return replace(plain, learning_rate=PUBLISHED_MLP_RATE)
    return plain


def _corrected(system: str) -> Settings:
    plain = Settings("adam", 2e-3, batch=64, epochs=120, drops_last_batch=True, patience=12)
    if system == "face_cnn":
        return replace(plain, optimizer="adamw", epochs=60, patience=15, weight_decay=1e-3, falls_to_zero=True)
    if system == "fusion":
        return replace(plain, epochs=40, patience=8)
    if system in ("general_mlp", "mesh_network") or PIXELS not in SYSTEMS[system].inputs:
        return plain
    return replace(plain, epochs=30, patience=5)  # an epoch with convolutions costs ten times one without
