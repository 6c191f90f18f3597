"""The systems by name, and which column feeds which input in which recipe. Nothing heavy is imported here."""

from __future__ import annotations

from dataclasses import dataclass

from store.errors import UnknownNameError, unknown

PIXELS, DELTA, POSITION = "pixels", "delta", "position"
REFERENCE_PIXELS, REFERENCE_POSITION = "reference_pixels", "reference_position"
INPUTS = (PIXELS, DELTA, POSITION, REFERENCE_PIXELS, REFERENCE_POSITION)
PICTURES = frozenset({PIXELS, REFERENCE_PIXELS})
"""Inputs that hold photographs, uint8 (128, 85, 3); the others hold vectors, float32 (1404)."""

PUBLISHED, CORRECTED = "published", "corrected"
RECIPES = (PUBLISHED, CORRECTED)
NETWORK, LINEAR, ENSEMBLE = "network", "linear", "ensemble"
"""Families: trained epoch by epoch; solved at once; the mean of other systems' probabilities."""

REVISION = 2
"""Raised whenever a change of this folder's code changes what a training run gives; it is part of a run's identity."""

_TEXTURE = (PIXELS, POSITION, REFERENCE_PIXELS, REFERENCE_POSITION)
"""What the texture of a face against its reference is sampled from; see `texture.py`."""


@dataclass(frozen=True)
class System:
    """One way to classify a photograph: its family, inputs and recipes, the number of epochs it was published with, and
    the systems, all in the corrected recipe, that it averages."""

    name: str
    title: str
    description: str
    inputs: tuple[str, ...]
    family: str = NETWORK
    recipes: tuple[str, ...] = (CORRECTED,)
    published_epochs: int = 0
    members: tuple[str, ...] = ()


def _notebooks(name: str, title: str, description: str, inputs: tuple[str, ...], epochs: int) -> System:
    return System(name, title, description, inputs, recipes=RECIPES, published_epochs=epochs)


SYSTEMS: dict[str, System] = {
    one.name: one
    for one in (
        _notebooks("general_mlp", "General MLP", "one perceptron over pixels and deltas", (PIXELS, DELTA), 20),
        _notebooks("cnn", "CNN", "three convolutions over the whole photograph", (PIXELS,), 50),
        _notebooks("vector_mlp", "Vector MLP", "a perceptron over the deltas", (DELTA,), 100),
        _notebooks("mm1", "MM1", "CNN and vector MLP, fused", (PIXELS, DELTA), 50),
        _notebooks("point_mlp", "Point MLP", "a perceptron over the landmarks' positions", (POSITION,), 100),
        _notebooks("mm2", "MM2", "CNN, vector MLP and point MLP, fused", (PIXELS, DELTA, POSITION), 50),
        System("logistic", "Logistic regression", "multinomial, over the deltas", (DELTA,), LINEAR, RECIPES),
        System("lda", "Shrinkage LDA", "linear discriminants, covariance shrunk, over the deltas", (DELTA,), LINEAR),
        System("appearance_lda", "Appearance LDA", "the same over deltas and the change of the face's texture",
               (DELTA, *_TEXTURE), LINEAR),
        System("mesh_network", "Mesh network", "graph convolutions over the 468 landmarks: how each moves and how the "
               "skin changes there", (DELTA, *_TEXTURE)),
        System("face_cnn", "Face CNN", "convolutions over the face brought into one shape, and its change", _TEXTURE),
        System("fusion", "Fusion", "deltas, texture and the face CNN's features, any of which may drop out in training",
               (DELTA, *_TEXTURE)),
        System("ensemble", "Ensemble", "the mean of the probabilities of several systems", (DELTA, *_TEXTURE), ENSEMBLE,
               members=("vector_mlp", "appearance_lda", "mesh_network", "face_cnn", "fusion")),
    )
}  # fmt: skip
"""The six of the 2022 notebook in its order, the linear baselines, and what is meant to beat them."""

NOTEBOOKS = tuple(name for name, one in SYSTEMS.items() if one.published_epochs)
"""The six of the notebook."""

_COLUMNS = {
    PIXELS: "rgb",
    POSITION: "landmarks",
    REFERENCE_PIXELS: "reference_rgb",
    REFERENCE_POSITION: "reference_landmarks",
}
_DELTAS = {PUBLISHED: "frontal_unit", CORRECTED: "aligned"}

COLUMN_WORDS = {
    "rgb": "pixels",
    "frontal_unit": "delta features",
    "aligned": "delta features",
    "landmarks": "landmarks",
    "reference_rgb": "a reference photograph",
    "reference_landmarks": "a reference photograph",
}
"""What a message to the user calls each column."""


def columns(system: str, recipe: str) -> dict[str, str]:
    """Input name -> column of the training frame, in the order of the system's inputs.

    Raises `UnknownNameError` for a system, or a recipe of it, that does not exist.
    """
    one = named(system)
    if recipe not in one.recipes:
        raise UnknownNameError(unknown(f"recipe of {system!r}", recipe, one.recipes))
    names = {**_COLUMNS, DELTA: _DELTAS[recipe]}
    return {name: names[name] for name in one.inputs}


def named(system: str) -> System:
    """The system of a name. Raises `UnknownNameError`, naming those that there are."""
    if system not in SYSTEMS:
        raise UnknownNameError(f"there is no model {system!r}; there are {', '.join(SYSTEMS)}")
    return SYSTEMS[system]
