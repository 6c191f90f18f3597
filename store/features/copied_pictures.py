"""Draw the copies of a photograph that `copies` names, and find the face in each."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from affect_store.store.features.copies import BRIGHTER, COPIES, DARKER, JPEG_QUALITY, CopiedLandmarks, Copy
from affect_store.store.features.moved_copies import moved
from affect_store.store.types import ByteArray, FloatArray


def _grey(rgb: ByteArray) -> ByteArray:
    return np.asarray(cv2.cvtColor(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)


def _scaled(rgb: ByteArray, factor: float) -> ByteArray:
    return np.asarray(cv2.convertScaleAbs(rgb, alpha=factor), np.uint8)


def _recompressed(rgb: ByteArray) -> ByteArray:
    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR_RGB), np.uint8)


_COLOURS: dict[str, Callable[[ByteArray], ByteArray]] = {
    "grey": _grey,
    "darker": lambda rgb: _scaled(rgb, DARKER),
    "brighter": lambda rgb: _scaled(rgb, BRIGHTER),
    "jpeg": _recompressed,
}
"""The copies whose pixels stay where they are."""


def copied(rgb: ByteArray, copy: Copy) -> ByteArray:
    """Return a copy of a picture, uint8 (height, width, 3), of the same size."""
    if copy.is_mirrored:
        return np.ascontiguousarray(rgb[:, ::-1])
    return _COLOURS[copy.name](rgb) if copy.move is None else moved(rgb, copy.move)


def landmarks_of_copies(find: Callable[[ByteArray], FloatArray | None], rgb: ByteArray) -> CopiedLandmarks:
    """Return the landmarks that `find` detects in every copy of a picture, in the frame of the picture."""
    size_px = rgb.shape[1], rgb.shape[0]
    landmarks: dict[str, FloatArray | None] = {}
    for copy in COPIES:
        xyz = find(copied(rgb, copy))
        landmarks[copy.name] = None if xyz is None else copy.back(xyz, size_px)
    return landmarks
