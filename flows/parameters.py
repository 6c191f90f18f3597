"""What the parameters of deployed flows may be: Prefect refuses others, with the list, before a run is made.

A worker's environment says where its home and photographs are, where a run does not.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from models.systems import RECIPES, SYSTEMS
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

HOME = os.environ.get("AFFECT_HOME", ".affect")
IMAGES = os.environ.get("AFFECT_IMAGES") or None
