"""Laws of the face's surface."""

import numpy as np

from store import mesh
from store.features.align import inter_ocular
from store.vocabulary import AXES, LANDMARK_COUNT


def test_the_constant_is_a_frontal_upright_face_of_unit_eye_distance() -> None:
    face = mesh.mean_face()
    assert face.shape == (LANDMARK_COUNT, AXES)
    assert np.isclose(inter_ocular(face[None])[0], 1.0, atol=1e-4)
    forehead, chin, nose_tip, left_ear = face[10], face[152], face[1], face[454]
    assert forehead[1] < 0 < chin[1] and nose_tip[2] < left_ear[2] and left_ear[0] > 0


def test_the_triangles_are_a_disc_that_no_landmark_is_left_out_of() -> None:
    faces, sides = mesh.triangles(), mesh.edges()
    assert np.array_equal(np.unique(faces), np.arange(LANDMARK_COUNT))
    assert len(np.unique(sides, axis=0)) == len(sides) and (sides[:, 0] < sides[:, 1]).all()
    assert LANDMARK_COUNT - len(sides) + len(faces) == 1, "Euler: a disc"


def test_mirroring_twice_changes_nothing_and_once_turns_the_mean_face_into_itself() -> None:
    partners = mesh.mirror_partners()
    assert np.array_equal(partners[partners], np.arange(LANDMARK_COUNT))
    mirrored = mesh.mean_face()[partners] * np.array([-1.0, 1.0, 1.0])
    assert np.allclose(mirrored, mesh.mean_face(), atol=1e-4)


def test_the_constants_cannot_be_changed() -> None:
    for constant in (mesh.mean_face(), mesh.triangles(), mesh.edges(), mesh.mirror_partners()):
        assert not constant.flags.writeable
