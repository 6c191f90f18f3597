"""The mean face, which defines the head frame, can be recomputed."""

import os
from pathlib import Path

import numpy as np
import pytest
from docs.scripts import mean_face as script

from affect_store.store.face_mesh import mean_face
from affect_store.store.features.alignment import apply_similarity, estimate_similarity
from tests.faces import face_px, rotation

LONDON = Path(os.environ.get("AFFECT_LONDON", "no such folder"))
"""Folder with the photographs of the Face Research Lab London Set (doi 10.6084/m9.figshare.5047666.v5)."""


def test_the_mean_of_one_face_in_several_poses_is_that_face() -> None:
    face = face_px()
    rotations = [rotation(np.array([0.3, 1, 0.2]), angle) for angle in (-0.2, 0.0, 0.2)]
    faces = np.stack([(face - 300) @ matrix.T * (1 + index) for index, matrix in enumerate(rotations)])
    mean, expected = script.procrustes_mean(faces)[None], mean_face()[None]
    assert np.allclose(apply_similarity(estimate_similarity(mean, expected), mean), expected, atol=5e-3)


@pytest.mark.skipif(not LONDON.is_dir(), reason="AFFECT_LONDON does not name a folder with the London photographs")
def test_the_constant_comes_from_the_51_neutral_photographs() -> None:
    assert np.allclose(script.procrustes_mean(script.london_faces(LONDON)), mean_face(), atol=2e-4)
