"""Measure faces by distances that tell a plausible face from a mirrored or scrambled one, in batches.

The plausible ranges are in `thresholds.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from affect_store.store.features.alignment import Doubles, inter_ocular, to_pixels
from affect_store.store.types import SizeArray
from affect_store.store.vocabulary import LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS

_FOREHEAD, _CHIN, _NOSE_TIP, _EARS = 10, 152, 1, [234, 454]
"""Vertices of FaceMesh on the axis of the face and in front of the ears."""

_X, _Y, _Z = 0, 1, 2


def measure(xyz: NDArray[np.floating[Any]], size_px: SizeArray) -> Doubles:
    """Measure image-normalised landmarks (n, 468, 3); return (n, 8) in the order of `thresholds.FACE_MEASURES`.

    `size_px` is (width, height) of each photograph, (n, 2). Measures of a face whose eyes coincide are NaN or infinite.
    """
    face = to_pixels(xyz, size_px)
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = inter_ocular(face)
        eyes = face[:, list(LEFT_EYE_CORNERS)].mean(axis=1) - face[:, list(RIGHT_EYE_CORNERS)].mean(axis=1)
        ears = face[:, _EARS].mean(axis=1)
        nose = face[:, _NOSE_TIP]
        extent = np.ptp(face, axis=1)
        measures = [
            eyes[:, _X], face[:, _CHIN, _Y] - face[:, _FOREHEAD, _Y], ears[:, _Z] - nose[:, _Z],
            extent[:, _X], extent[:, _Y], extent[:, _Z], unit * unit / size_px[:, 0], nose[:, _X] - ears[:, _X],
        ]  # fmt: skip
        return np.asarray(np.stack(measures, axis=1) / unit[:, None])
