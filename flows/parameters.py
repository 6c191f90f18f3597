"""What the parameters of deployed flows may be: Prefect refuses others, with the list, before a run is made.

A worker's environment says where its home and photographs are, where a run does not.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from models.systems import RECIPES, SYSTEMS
from store.tables.home import Home
from store.vocabulary import FEWEST_FOLDS, SHOWN_STRATEGIES

if TYPE_CHECKING:
    ModelName = str
    RecipeName = str
    SplitName = str
else:
    ModelName = Literal[tuple(SYSTEMS)]
    RecipeName = Literal[RECIPES]
    SplitName = Literal[SHOWN_STRATEGIES]

LayoutName = Literal["rafd", "manifest"]
Scale = Annotated[float, Field(gt=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Folds = Annotated[int, Field(ge=FEWEST_FOLDS)]
AnyFolds = Annotated[int, Field(ge=0)]
People = Annotated[int, Field(ge=4)]
Seed = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


def home_at(home: str | None) -> Home:
    """The home at a path; without one, that of AFFECT_HOME in the process's environment, or .affect."""
    return Home(Path(home or os.environ.get("AFFECT_HOME") or ".affect").absolute())


def images_at(images: str | None) -> str | None:
    """The folder at a path; without one, that of AFFECT_IMAGES in the process's environment, or None."""
    return images or os.environ.get("AFFECT_IMAGES") or None
