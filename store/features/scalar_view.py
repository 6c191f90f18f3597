"""Scalar feature views: a few named numbers per photograph, computed from its landmarks.

A scalar view is declared in one module of its own (`head_pose` is an example) and registered in `scalar_views`. Table,
checks, statistics, retrieval, as-of macro and dashboard section follow from the declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affect_store.store.features.feature_view import ViewVersion
from affect_store.store.schema.declarations import Field, Table

LANDMARKS, REFERENCE_LANDMARKS = "landmarks", "reference_landmarks"
"""What a scalar view can be computed from: the photograph's landmarks, and those of its reference."""

REFERENCE_FEATURE = "aligned"
"""The delta feature whose reference a scalar view gets: the person's neutral photograph from the same camera."""

Transform = Callable[..., NDArray[np.floating[Any]]]
"""For each input of the view, landmarks (n, 468, 3), image-normalised, and (width, height) of the photographs in pixels
(n, 2) -> values (n, k)."""


@dataclass(frozen=True)
class ScalarView:
    """A feature view of k numbers per photograph, one `Field` each with unit and range.

    `inputs` are what `transform` gets, in this order. A photograph without a reference has no value of a view that
    needs it; the reason is that of the missing delta. Without `is_compared`, audits do not compare its statistics with
    those of the last publication: among many columns some change whenever a person is added.

    Raise `revision` whenever the meaning of `transform` changes: a new version is then added beside the old one.
    """

    name: str
    description: str
    columns: tuple[Field, ...]
    transform: Transform
    inputs: tuple[str, ...] = (LANDMARKS,)
    is_compared: bool = True
    revision: int = 1
    parameters: Mapping[str, Any] = field(default_factory=dict)
    libraries: tuple[str, ...] = ("numpy",)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns, in the order of the transform's result."""
        return tuple(column.name for column in self.columns)

    @property
    def needs_reference(self) -> bool:
        """Whether it is computed from the landmarks of the photograph's reference, too."""
        return REFERENCE_LANDMARKS in self.inputs

    @property
    def table(self) -> Table:
        """The view's table: one row per photograph, version and time at which it was computed."""
        return Table(
            "features", self.name,
            f"One row per photograph, version and time: {self.description}. The latest row counts unless a later row "
            "of features.misses hides it.",
            ("image_id", "version", "created_at"), ("image_id", "version", *self.column_names, "seal", "created_at"),
        )  # fmt: skip

    def version_of(self, landmarks_version: str) -> ViewVersion:
        """Return the version that is computed from one version of the landmarks with the current code and libraries."""
        reference = {"reference": REFERENCE_FEATURE} if self.needs_reference else {}
        return ViewVersion(
            self.name, "scalar", self.name, "float32", str(len(self.columns)), f"{self.name}-{self.revision}",
            self.description, {"landmarks": landmarks_version, **reference, **self.parameters}, self.libraries,
        )  # fmt: skip
