"""Landmark detection with MediaPipe FaceMesh.

The wheel of mediapipe 0.10.21 contains FaceMesh's models, so nothing is downloaded (docs/adr/002). A process that has
called `without_tensorflow` cannot run Keras.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from affect_store.store.features.feature_options import ATTENTION, PLAIN
from affect_store.store.types import ByteArray, FloatArray
from affect_store.store.vocabulary import LANDMARK_COUNT

PARAMETERS = {"static_image_mode": True, "max_num_faces": 1, "refine_landmarks": False}
"""Arguments of FaceMesh; they are part of the feature view's version. The attention mesh has refined landmarks."""

_GRAPH = "mediapipe/modules/face_landmark/face_landmark_front_cpu.binarypb"
_CONFIDENCES = {
    "facedetectionshortrangecpu__facedetectionshortrange__facedetection__TensorsToDetectionsCalculator."
    "min_score_thresh": 0.5,
    "facelandmarkcpu__ThresholdingCalculator.threshold": 0.5,
}
"""FaceMesh's defaults."""

_LANDMARK_BYTES = np.frombuffer(b"\x0a\x0f" + b"".join(tag + bytes(4) for tag in (b"\x0d", b"\x15", b"\x1d")), np.uint8)
"""A landmark with x, y and z in Protocol Buffers' wire format: the field 1 of 15 bytes, three 32-bit fields 1 to 3."""

_IS_HEADER = _LANDMARK_BYTES != 0
"""Which of these bytes are not of a number."""


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
    `pass_count` is the number of passes that the landmarks are averaged over, and `errors` (468,) are their standard
    errors in inter-ocular distances, None for a single pass; see `passes`.
    """

    xyz: FloatArray
    face_count: int
    size_rank: int
    score: float
    pass_count: int = 1
    errors: FloatArray | None = None


def open_detector(mesh: str = PLAIN) -> Any:
    """Open a FaceMesh for still photographs. It holds a few MB and must stay in one thread.

    This is what `mediapipe.solutions.face_mesh.FaceMesh` opens with `PARAMETERS`, and one more output of its graph: all
    detections, of which the landmarks of the first are computed. The attention mesh is the same graph with
    `with_attention`, FaceMesh's `refine_landmarks`.
    """
    from mediapipe.python.solution_base import SolutionBase

    return SolutionBase(
        binary_graph_path=_GRAPH,
        side_inputs={
            "num_faces": PARAMETERS["max_num_faces"],
            "with_attention": mesh == ATTENTION,
            "use_prev_landmarks": not PARAMETERS["static_image_mode"],
        },
        calculator_params=_CONFIDENCES,
        outputs=["multi_face_landmarks", "all_face_detections"],
    )


def coordinates(landmarks: Any) -> FloatArray:
    """Return the coordinates (n, 3), float32, of a `NormalizedLandmarkList`.

    They are read from its serialised form, where each landmark has equal bytes before each of its numbers: the
    attributes of 468 landmarks take a sixth of the time that the network does.
    """
    data = np.frombuffer(landmarks.SerializeToString(), np.uint8)
    if len(data) == len(landmarks.landmark) * len(_LANDMARK_BYTES):
        rows = data.reshape(-1, len(_LANDMARK_BYTES))
        if (rows[:, _IS_HEADER] == _LANDMARK_BYTES[_IS_HEADER]).all():
            return np.ascontiguousarray(rows[:, ~_IS_HEADER]).view("<f4").astype(np.float32)
    return np.array([(point.x, point.y, point.z) for point in landmarks.landmark], dtype=np.float32)


def find_face(detector: Any, rgb: ByteArray) -> DetectedFace | None:
    """Return the face in `rgb`, uint8 (height, width, 3), that the detector is surest of; None without a face.

    The attention mesh has ten more landmarks, those of the irises, after the 468 of the mesh; they are left out.
    MediaPipe copies an array that is writeable; it reads this one in place.
    """
    results = detector.process({"image": _read_only(rgb)})
    if not results.multi_face_landmarks:
        return None
    xyz = coordinates(results.multi_face_landmarks[0])[:LANDMARK_COUNT]
    boxes = [detection.location_data.relative_bounding_box for detection in results.all_face_detections]
    areas = [box.width * box.height for box in boxes]
    rank = 1 + sum(area > areas[0] for area in areas)
    return DetectedFace(xyz, len(areas), rank, float(results.all_face_detections[0].score[0]))


def _read_only(rgb: ByteArray) -> ByteArray:
    view = rgb.view()
    view.flags.writeable = False
    return view
