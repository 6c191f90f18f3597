"""The taken face, and the number of faces, with a fabricated detector: FaceMesh does not run here."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from affect_store.store.features.landmarks import coordinates, find_face
from affect_store.store.vocabulary import LANDMARK_COUNT

PICTURE = np.zeros((8, 8, 3), np.uint8)


class Detector:
    """Finds faces of these sizes, surest first."""

    def __init__(self, *sizes: float) -> None:
        points = [SimpleNamespace(x=0.1, y=0.2, z=0.3)] * LANDMARK_COUNT
        self.multi_face_landmarks = [SimpleNamespace(landmark=points, SerializeToString=bytes)] if sizes else None
        boxes = [SimpleNamespace(relative_bounding_box=SimpleNamespace(width=size, height=size)) for size in sizes]
        self.all_face_detections = [
            SimpleNamespace(location_data=box, score=[0.9 - 0.1 * number]) for number, box in enumerate(boxes)
        ]

    def process(self, images: dict[str, np.ndarray]) -> Detector:
        assert np.shares_memory(images["image"], PICTURE) and not images["image"].flags.writeable
        return self


@pytest.mark.parametrize(
    ("sizes", "count", "rank"), [((0.3,), 1, 1), ((0.3, 0.2), 2, 1), ((0.2, 0.3), 2, 2), ((0.2, 0.3, 0.4), 3, 3)]
)
def test_faces_are_counted_and_the_taken_one_is_ranked_by_size(sizes: tuple[float, ...], count: int, rank: int) -> None:
    face = find_face(Detector(*sizes), PICTURE)
    assert face is not None and (face.face_count, face.size_rank, face.score) == (count, rank, 0.9)
    assert face.xyz.shape == (LANDMARK_COUNT, 3) and face.xyz.dtype == np.float32


def test_no_face_is_none() -> None:
    assert find_face(Detector(), PICTURE) is None


@pytest.mark.parametrize("lacking", [(), ("z",)], ids=["complete", "a landmark without z"])
def test_coordinates_are_the_attributes_of_the_landmarks(lacking: tuple[str, ...]) -> None:
    from mediapipe.framework.formats import landmark_pb2

    values = np.random.default_rng(0).normal(0, 1, (LANDMARK_COUNT, 3)).astype(np.float32)
    values[0], values[1] = 0, (np.float32(1e-42), np.float32(-0.0), np.float32(3e38))
    points = [dict(zip("xyz", map(float, row), strict=True)) for row in values]
    for name in lacking:
        del points[5][name]
        values[5, "xyz".index(name)] = 0
    face = landmark_pb2.NormalizedLandmarkList(landmark=[landmark_pb2.NormalizedLandmark(**point) for point in points])
    received = coordinates(face)
    assert received.dtype == np.float32 and received.flags.writeable
    np.testing.assert_array_equal(received, values)
    np.testing.assert_array_equal(np.signbit(received), np.signbit(values))
