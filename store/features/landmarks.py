"""Landmarks of one photograph: the only door to MediaPipe.

FaceMesh of mediapipe 0.10.21 carries its models inside the wheel, so nothing is downloaded (docs/adr/002). Import this
module only in a process that does not run Keras when `without_tensorflow` has been called.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from store.types import ByteArray, FloatArray

PARAMETERS = {"static_image_mode": True, "max_num_faces": 1, "refine_landmarks": False}
"""Arguments of FaceMesh; they are part of the feature's version."""


def without_tensorflow() -> None:
    """Make MediaPipe's import skip TensorFlow, which it does not need for FaceMesh: 5 s instead of 30.

    Only for processes that do nothing but landmarks: Keras cannot be imported afterwards.
    """
    sys.modules.setdefault("tensorflow", None)  # type: ignore[arg-type]


def open_detector() -> Any:
    """A FaceMesh for still photographs, at most one face; it holds models of a few MB and belongs to one thread."""
    from mediapipe.python.solutions.face_mesh import FaceMesh

    return FaceMesh(**PARAMETERS)


def find_face(detector: Any, rgb: ByteArray) -> FloatArray | None:
    """Landmarks (468, 3) float32 of the face in `rgb`, uint8 (height, width, 3), or None where there is none.

    Frame: MediaPipe image-normalised, x in picture widths to the right, y in heights downwards, z in widths away from
    the camera with the head's centre near 0 (Kartynnik et al. 2019, arXiv 1907.06724).
    """
    found = detector.process(rgb).multi_face_landmarks
    if not found:
        return None
    return np.array([(point.x, point.y, point.z) for point in found[0].landmark], dtype=np.float32)
