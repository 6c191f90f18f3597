"""What the parameters of deployed flows may be: Prefect refuses others, with the list, before a run is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from models.systems import RECIPES, SYSTEMS
from store.vocabulary import SHOWN_STRATEGIES

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
Folds = Annotated[int, Field(ge=2)]
People = Annotated[int, Field(ge=4)]
Seed = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
