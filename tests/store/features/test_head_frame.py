import hashlib
from pathlib import Path

import numpy as np
import pytest

from store.features import head_frame
from store.features.align import apply, similarity, to_pixels
from store.features.extract import extract
from store.mesh import mean_face
from tests.faces import face_px, rotation

LONDON = Path(__file__).parents[4] / "shared" / "corpora" / "london"


def test_the_mean_of_one_face_in_many_places_is_that_face() -> None:
    face = face_px()
    turns = [rotation(np.array([0.3, 1, 0.2]), angle) for angle in (-0.2, 0.0, 0.2)]
    faces = np.stack([(face - 300) @ turn.T * (1 + index) for index, turn in enumerate(turns)])
    found, known = head_frame.procrustes_mean(faces)[None], mean_face()[None]
    assert np.allclose(apply(similarity(found, known), found), known, atol=5e-3)


@pytest.mark.skipif(not LONDON.is_dir(), reason="the London photographs are not beside the project")
def test_the_constant_comes_from_the_51_neutral_photographs() -> None:
    paths = sorted(LONDON.glob("*_03.jpg"))
    photos = [(hashlib.sha256(path.read_bytes()).hexdigest(), str(path)) for path in paths]
    faces = np.stack([one.face.xyz for one in extract(photos)])
    found = head_frame.procrustes_mean(to_pixels(faces, np.full((len(faces), 2), 1350)))
    assert np.allclose(found, mean_face(), atol=2e-4)
