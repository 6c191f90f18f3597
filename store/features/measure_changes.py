"""Changes of the measures from the neutral face: those of a photograph minus those of its reference."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from affect_store.store.features.measure_definitions import MEASURES
from affect_store.store.features.measures import DEFINITIONS, field_of, measures
from affect_store.store.features.scalar_view import LANDMARKS, REFERENCE_LANDMARKS, ScalarView
from affect_store.store.types import FloatArray, SizeArray

REVISION = 1
"""Raise it whenever the meaning of the changes changes, but not that of the measures."""


def measure_changes(
    faces: FloatArray, size_px: SizeArray, references: FloatArray, reference_size_px: SizeArray
) -> NDArray[np.float64]:
    """Return the measures of faces minus those of their references, (n, k), in the order of `MEASURES`.

    Landmarks are (n, 468, 3), image-normalised, sizes (n, 2) in pixels. Raises what `measures` does.
    """
    return measures(faces, size_px) - measures(references, reference_size_px)


VIEW = ScalarView(
    name="measure_changes",
    description="measures minus those of the person's neutral photograph from the same camera",
    columns=tuple(field_of(measure, is_change=True) for measure in MEASURES),
    transform=measure_changes,
    inputs=(LANDMARKS, REFERENCE_LANDMARKS),
    is_compared=False,
    revision=REVISION,
    parameters=DEFINITIONS,
)
