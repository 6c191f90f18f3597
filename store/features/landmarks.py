"""Landmark detection with MediaPipe FaceMesh.

The wheel of mediapipe 0.10.21 contains FaceMesh's models, so nothing is downloaded (docs/adr/002). A process that has
called `without_tensorflow` cannot run Keras.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from affect_store.store.types import ByteArray, FloatArray

PARAMETERS = {"static_image_mode": True, "max_num_faces": 1, "refine_landmarks": False}
"""Arguments of FaceMesh; they are part of the feature view's version."""

_GRAPH = "mediapipe/modules/face_landmark/face_landmark_front_cpu.binarypb"
_CONFIDENCES = {
    "facedetectionshortrangecpu__facedetectionshortrange__facedetection__TensorsToDetectionsCalculator."
    "min_score_thresh": 0.5,
    "facelandmarkcpu__ThresholdingCalculator.threshold": 0.5,
}
"""FaceMesh's defaults."""


def without_tensorflow() -> None:
    """Make MediaPipe's import skip TensorFlow, which FaceMesh does not need: that takes a seventh of the time.

    Measured in docs/adr/002. For processes that only detect landmarks: Keras cannot be imported afterwards.
    """
    sys.modules.setdefault("tensorflow", None)  # type: ignore[arg-type]


@dataclass(frozen=True)
class DetectedFace:
    """The face that FaceMesh is surest of, and how it compares with the others in the photograph.

    `xyz` are its landmarks (468, 3), float32, image-normalised: x in image widths to the right, y in heights downwards,
    z in widths away from the camera with the head's centre near 0 (Kartynnik et al. 2019, arXiv 1907.06724).
    `face_count` counts all detected faces, `size_rank` is 1 if none of them is larger, and `score` is the detector's.
    """

    xyz: FloatArray
    face_count: int
    size_rank: int
    score: float


def open_detector() -> Any:
    """Open a FaceMesh for still photographs. It holds a few MB and must stay in one thread.

    This is what `mediapipe.solutions.face_mesh.FaceMesh` opens with `PARAMETERS`, and one more output of its graph: all
    detections, of which the landmarks of the first are computed.
    """
    from mediapipe.python.solution_base import SolutionBase

    return SolutionBase(
        binary_graph_path=_GRAPH,
        side_inputs={
            "num_faces": PARAMETERS["max_num_faces"],
            "with_attention": PARAMETERS["refine_landmarks"],
            "use_prev_landmarks": not PARAMETERS["static_image_mode"],
        },
        calculator_params=_CONFIDENCES,
        outputs=["multi_face_landmarks", "all_face_detections"],
    )


def find_face(detector: Any, rgb: ByteArray) -> DetectedFace | None:
    """Return the face in `rgb`, uint8 (height, width, 3), that the detector is surest of; None without a face."""
    results = detector.process({"image": rgb})
    if not results.multi_face_landmarks:
        return None
    points = results.multi_face_landmarks[0].landmark
    xyz = np.array([(point.x, point.y, point.z) for point in points], dtype=np.float32)
    boxes = [detection.location_data.relative_bounding_box for detection in results.all_face_detections]
    areas = [box.width * box.height for box in boxes]
    rank = 1 + sum(area > areas[0] for area in areas)
    return DetectedFace(xyz, len(areas), rank, float(results.all_face_detections[0].score[0]))
