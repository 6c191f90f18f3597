"""Types of the parameters of deployed flows: Prefect rejects other values, listing those allowed, before a run starts.

A worker's environment names the home and the photographs for runs that do not.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from affect_store.models.systems import REQUESTED_RECIPES, SYSTEMS
from affect_store.store.features.feature_options import MAX_PASSES, MESHES, REFERENCES
from affect_store.store.home import Home
from affect_store.store.sources.layouts import LAYOUTS
from affect_store.store.vocabulary import MAX_REPEATS, MAX_SEED, MIN_FOLDS, SHOWN_STRATEGIES


def _zero_or_enough(folds: int) -> int:
    if 0 < folds < MIN_FOLDS:
        raise ValueError(f"expected 0 or at least {MIN_FOLDS} folds, received {folds}")
    return folds


def _known_model(name: str) -> str:
    """Accept the product's models, and those of the user's own once the extensions of a home are in use."""
    if name not in SYSTEMS:
        raise ValueError(f"there is no model {name!r}; available: {', '.join(SYSTEMS)}")
    return name


if TYPE_CHECKING:
    ModelName = str
    RecipeName = str
    SplitName = str
    LayoutName = str
    MeshName = str
    ReferencesName = str
else:
    # a deployment knows the product's models only, so that Prefect rejects any other before a run starts
    ModelName = Annotated[str, AfterValidator(_known_model), WithJsonSchema({"enum": list(SYSTEMS), "type": "string"})]
    RecipeName = Literal[REQUESTED_RECIPES]
    SplitName = Literal[SHOWN_STRATEGIES]
    LayoutName = Literal[tuple(LAYOUTS)]
    MeshName = Literal[MESHES]
    ReferencesName = Literal[REFERENCES]

StageName = Literal["rows", "splits", "features", "results"]
Scale = Annotated[float, Field(gt=0, le=1)]
Passes = Annotated[int, Field(ge=1, le=MAX_PASSES)]
Count = Annotated[int, Field(ge=1)]
Folds = Annotated[int, Field(ge=MIN_FOLDS)]
AnyFolds = Annotated[int, Field(ge=0), AfterValidator(_zero_or_enough)]
"""The number of people is the maximum: see `affect_store.store.offline.splits.require_folds`."""

Repeats = Annotated[int, Field(ge=1, le=MAX_REPEATS)]
People = Annotated[int, Field(ge=4)]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]
Share = Annotated[float, Field(ge=0, le=1)]


def home_at(home: str | None) -> Home:
    """Return the home at this path; by default the one in AFFECT_HOME of the environment, or .affect.

    Raises `StoreError` for an empty path.
    """
    return Home.at(home)


def images_at(images: str | None) -> str | None:
    """Return the folder at this path; by default the one in AFFECT_IMAGES of the process's environment, or None."""
    return images or os.environ.get("AFFECT_IMAGES") or None
