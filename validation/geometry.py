"""What a face looks like in numbers: a few distances that tell a plausible face from one that is mirrored or mixed up.

Landmarks in, measures out, for whole batches. What is plausible is said in `bounds.py`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from store.features.align import Doubles, inter_ocular, to_pixels
from store.vocabulary import LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS

_FOREHEAD, _CHIN, _NOSE_TIP, _EARS = 10, 152, 1, [234, 454]
"""Vertices of FaceMesh on the face's axis and before the ears."""

_X, _Y, _Z = 0, 1, 2


def measure(xyz: NDArray[np.floating], size_px: NDArray[np.integer]) -> Doubles:
    """Measures (n, 8), in the order of `bounds.FACE_MEASURES`, of landmarks (n, 468, 3), image-normalised.

    `size_px` is (width, height) of each photograph, (n, 2). A face whose eyes coincide has none: NaN or infinity.
    """
    face = to_pixels(xyz, size_px)
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = inter_ocular(face)
        eyes = face[:, list(LEFT_EYE_CORNERS)].mean(axis=1) - face[:, list(RIGHT_EYE_CORNERS)].mean(axis=1)
        ears = face[:, _EARS].mean(axis=1)
        nose = face[:, _NOSE_TIP]
        extent = np.ptp(face, axis=1)
        found = [
            eyes[:, _X], face[:, _CHIN, _Y] - face[:, _FOREHEAD, _Y], ears[:, _Z] - nose[:, _Z],
            extent[:, _X], extent[:, _Y], extent[:, _Z], unit * unit / size_px[:, 0], nose[:, _X] - ears[:, _X],
        ]  # fmt: skip
        return np.asarray(np.stack(found, axis=1) / unit[:, None])
