"""The taken face, and the number of faces, with a fabricated detector: FaceMesh does not run here."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from affect_store.store.features.landmarks import find_face
from affect_store.store.vocabulary import LANDMARK_COUNT

PICTURE = np.zeros((8, 8, 3), np.uint8)


class Detector:
    """Finds faces of these sizes, surest first."""

    def __init__(self, *sizes: float) -> None:
        points = [SimpleNamespace(x=0.1, y=0.2, z=0.3)] * LANDMARK_COUNT
        self.multi_face_landmarks = [SimpleNamespace(landmark=points)] if sizes else None
        boxes = [SimpleNamespace(relative_bounding_box=SimpleNamespace(width=size, height=size)) for size in sizes]
        self.all_face_detections = [
            SimpleNamespace(location_data=box, score=[0.9 - 0.1 * number]) for number, box in enumerate(boxes)
        ]

    def process(self, images: dict[str, np.ndarray]) -> Detector:
        assert images["image"] is PICTURE
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
