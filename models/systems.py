"""The six systems by name, and which column feeds which input in which recipe. Nothing heavy is imported here."""

from __future__ import annotations

from dataclasses import dataclass

from store.errors import UnknownNameError

PIXELS, DELTA, POSITION = "pixels", "delta", "position"
INPUTS = (PIXELS, DELTA, POSITION)
PUBLISHED, CORRECTED = "published", "corrected"
RECIPES = (PUBLISHED, CORRECTED)
REVISION = 1
"""Raised whenever a change of this folder's code changes what a training run gives; it is part of a run's identity."""


@dataclass(frozen=True)
class System:
    """One way to classify a photograph: its inputs and the number of epochs it was published with."""

    name: str
    title: str
    inputs: tuple[str, ...]
    published_epochs: int


SYSTEMS: dict[str, System] = {
    one.name: one
    for one in (
        System("general_mlp", "General MLP", (PIXELS, DELTA), 20),
        System("cnn", "CNN", (PIXELS,), 50),
        System("vector_mlp", "Vector MLP", (DELTA,), 100),
        System("mm1", "MM1", (PIXELS, DELTA), 50),
        System("point_mlp", "Point MLP", (POSITION,), 100),
        System("mm2", "MM2", (PIXELS, DELTA, POSITION), 50),
    )
}
"""In the order of the 2022 notebook that they come from."""

_COLUMNS = {
    PUBLISHED: {PIXELS: "rgb", DELTA: "frontal_unit", POSITION: "landmarks"},
    CORRECTED: {PIXELS: "rgb", DELTA: "aligned", POSITION: "landmarks"},
}

COLUMN_WORDS = {
    "rgb": "pixels",
    "frontal_unit": "delta features",
    "aligned": "delta features",
    "landmarks": "landmarks",
}
"""What a message to the user calls each column."""


def columns(system: str, recipe: str) -> dict[str, str]:
    """Input name -> column of the training frame, in the order of the system's inputs."""
    if system not in SYSTEMS:
        raise UnknownNameError(f"no system is called {system!r}; there are {', '.join(SYSTEMS)}")
    if recipe not in RECIPES:
        raise UnknownNameError(f"no recipe is called {recipe!r}; there are {' and '.join(RECIPES)}")
    return {name: _COLUMNS[recipe][name] for name in SYSTEMS[system].inputs}
