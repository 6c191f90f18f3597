"""What the dashboards draw: plain Polars frames with known columns, checked once. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dashboards.columns import COLUMNS
from store.errors import ShapeError
from store.vocabulary import AXES, LANDMARK_COUNT


@dataclass(frozen=True)
class Frames:
    """Everything that the dashboards show; `COLUMNS` documents each frame.

    `neutral` is the mean neutral face, (468, 3) float, or None where no face is known: head frame, inter-ocular
    distances, x to the right of the picture, y downwards, z away from the camera. `about` holds sentences on the store
    (corpora, when published, version, audit), shown in its order; `links` further pages of the folder or beside
    it: title to relative address. `titles` calls systems by their names for people. `queries` has, for each frame, the
    SQL that gives its rows from the published store. `is_rafd`: named as those of the Radboud Faces Database, and not
    rendered here.

    Raises `ShapeError` where a frame lacks a column or the face has another shape.
    """

    leaderboard: pl.DataFrame
    metrics: pl.DataFrame
    epochs: pl.DataFrame
    comparisons: pl.DataFrame
    ranks: pl.DataFrame
    reliability: pl.DataFrame
    roc: pl.DataFrame
    confusion: pl.DataFrame
    hardest: pl.DataFrame
    attributions: pl.DataFrame
    importances: pl.DataFrame
    coverage: pl.DataFrame
    rejects: pl.DataFrame
    parts: pl.DataFrame
    placement: pl.DataFrame
    overlap: pl.DataFrame
    sizes: pl.DataFrame
    quality: pl.DataFrame
    checks: pl.DataFrame
    audits: pl.DataFrame
    quarantine: pl.DataFrame
    faces: pl.DataFrame
    movements: pl.DataFrame
    photographs: pl.DataFrame
    predictions: pl.DataFrame
    makers: pl.DataFrame
    runs: pl.DataFrame
    promotions: pl.DataFrame
    publications: pl.DataFrame
    neutral: NDArray[np.floating] | None = None
    about: Mapping[str, object] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    queries: Mapping[str, str] = field(default_factory=dict)
    is_rafd: bool = False

    def __post_init__(self) -> None:
        for name, columns in COLUMNS.items():
            received = getattr(self, name).columns
            lacking = [column for column in columns if column not in received]
            if lacking:
                raise ShapeError(f"frame {name}: expected columns {', '.join(columns)}; lacking {', '.join(lacking)}")
        if self.neutral is not None and self.neutral.shape != (LANDMARK_COUNT, AXES):
            raise ShapeError(f"neutral face: expected {(LANDMARK_COUNT, AXES)}, received {self.neutral.shape}")

    def title(self, model: str | None) -> str:
        """A system's name for people; its own where none is known, a dash where there is no system."""
        return "–" if model is None else self.titles.get(model, model)
