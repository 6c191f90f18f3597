import hashlib
from pathlib import Path

import numpy as np
import pytest

from store.features import head_frame
from store.features.align import apply, inter_ocular, similarity, to_pixels
from store.features.extract import extract
from store.vocabulary import AXES, LANDMARK_COUNT
from tests.faces import face_px, rotation

LONDON = Path(__file__).parents[4] / "shared" / "corpora" / "london"


def test_the_constant_is_a_frontal_upright_face_of_unit_eye_distance() -> None:
    face = head_frame.mean_face()
    assert face.shape == (LANDMARK_COUNT, AXES)
    assert np.isclose(inter_ocular(face[None])[0], 1.0, atol=1e-4)
    forehead, chin, nose_tip, left_ear = face[10], face[152], face[1], face[454]
    assert forehead[1] < 0 < chin[1] and nose_tip[2] < left_ear[2] and left_ear[0] > 0


def test_the_mean_of_one_face_in_many_places_is_that_face() -> None:
    face = face_px()
    turns = [rotation(np.array([0.3, 1, 0.2]), angle) for angle in (-0.2, 0.0, 0.2)]
    faces = np.stack([(face - 300) @ turn.T * (1 + index) for index, turn in enumerate(turns)])
    found, known = head_frame.procrustes_mean(faces)[None], head_frame.mean_face()[None]
    assert np.allclose(apply(similarity(found, known), found), known, atol=5e-3)


@pytest.mark.skipif(not LONDON.is_dir(), reason="the London photographs are not beside the project")
def test_the_constant_comes_from_the_51_neutral_photographs() -> None:
    paths = sorted(LONDON.glob("*_03.jpg"))
    photos = [(hashlib.sha256(path.read_bytes()).hexdigest(), str(path)) for path in paths]
    faces = np.stack([one.face.xyz for one in extract(photos)])
    found = head_frame.procrustes_mean(to_pixels(faces, np.full((len(faces), 2), 1350)))
    assert np.allclose(found, head_frame.mean_face(), atol=2e-4)
