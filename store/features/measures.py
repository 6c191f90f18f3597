"""Measures: documented distances and angles of the face from its landmarks, whatever the camera and the head's roll."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from affect_store.store.features.head_frame import in_head_frame
from affect_store.store.features.measure import DEG, Measure
from affect_store.store.features.measure_definitions import MEASURES
from affect_store.store.features.scalar_view import ScalarView
from affect_store.store.schema.declarations import Field
from affect_store.store.types import FloatArray, SizeArray
from affect_store.store.vocabulary import RIGID_LANDMARKS

LARGEST_IOD, LARGEST_DEG = 10, 180
"""Bounds of any measure: a face is about two inter-ocular distances wide and three high."""

REVISION = 1
"""Raise it whenever the meaning of the measures changes without a change of their formulas."""

DEFINITIONS = {
    "rigid_landmarks": list(RIGID_LANDMARKS),
    "measures": {measure.name: measure.formula for measure in MEASURES},
    "measures_revision": REVISION,
}
"""What the values of the measures follow from, as parameters of the versions of all views computed from them."""

UNITS = {"iod": "inter-ocular distances", "deg": "degrees"}


def measures(faces: FloatArray, size_px: SizeArray) -> NDArray[np.float64]:
    """Return the measures (n, k) of landmarks (n, 468, 3), image-normalised, in the order of `MEASURES`.

    `size_px` (n, 2) is the width and height of each photograph. Raises what `in_head_frame` does.
    """
    points = in_head_frame(faces, size_px)
    return np.column_stack([measure.compute(points) for measure in MEASURES])


def field_of(measure: Measure, *, is_change: bool = False) -> Field:
    """Return the column of a measure, or of its change."""
    name, meaning = measure.column, f"{measure.meaning}: {measure.formula}"
    if is_change:
        name, meaning = measure.change_column, f"change from the neutral face: {measure.meaning}"
    largest = LARGEST_DEG if measure.unit == DEG else LARGEST_IOD
    return Field(name, "FLOAT", meaning, UNITS[measure.unit], -largest, largest)


VIEW = ScalarView(
    name="measures",
    description="distances and angles of the face, in inter-ocular distances and degrees, in the head frame",
    columns=tuple(field_of(measure) for measure in MEASURES),
    transform=measures,
    is_compared=False,
    revision=REVISION,
    parameters=DEFINITIONS,
)
