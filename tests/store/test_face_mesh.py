"""Geometric properties of the mean face and its triangulation."""

import numpy as np

from affect_store.store import face_mesh
from affect_store.store.features.alignment import inter_ocular
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT


def test_the_mean_face_is_frontal_and_upright_with_unit_inter_ocular_distance() -> None:
    face = face_mesh.mean_face()
    assert face.shape == (LANDMARK_COUNT, AXES)
    assert np.isclose(inter_ocular(face[None])[0], 1.0, atol=1e-4)
    forehead, chin, nose_tip, left_ear = face[10], face[152], face[1], face[454]
    assert forehead[1] < 0 < chin[1] and nose_tip[2] < left_ear[2] and left_ear[0] > 0


def test_the_triangles_form_a_disc_of_all_landmarks() -> None:
    faces, sides = face_mesh.triangles(), face_mesh.edges()
    assert np.array_equal(np.unique(faces), np.arange(LANDMARK_COUNT))
    assert len(np.unique(sides, axis=0)) == len(sides) and (sides[:, 0] < sides[:, 1]).all()
    assert LANDMARK_COUNT - len(sides) + len(faces) == 1, "Euler characteristic of a disc"


def test_mirroring_is_an_involution_and_maps_the_mean_face_to_itself() -> None:
    partners = face_mesh.mirror_partners()
    assert np.array_equal(partners[partners], np.arange(LANDMARK_COUNT))
    mirrored = face_mesh.mean_face()[partners] * np.array([-1.0, 1.0, 1.0])
    assert np.allclose(mirrored, face_mesh.mean_face(), atol=1e-4)


def test_the_constants_are_read_only() -> None:
    for constant in (face_mesh.mean_face(), face_mesh.triangles(), face_mesh.edges(), face_mesh.mirror_partners()):
        assert not constant.flags.writeable
