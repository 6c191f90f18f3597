"""Values of copies: each feature is what the product stores for the photograph, and does not change with the camera."""

from __future__ import annotations

import numpy as np
import pytest

from affect_store.store.features import deltas
from affect_store.store.features.copy_values import CopiedFaces, References, values_of_copies
from affect_store.store.features.measures import measures
from affect_store.store.features.scalar_views import SCALAR_VIEWS
from affect_store.store.types import FloatArray
from affect_store.store.vocabulary import LANDMARK_COUNT, LANDMARK_GROUPS
from tests.faces import SIZE_PX, face_px, normalised, rotation

SIZES = np.array([SIZE_PX] * 3)


def turned(face: np.ndarray, degrees: float) -> np.ndarray:
    centre = np.array([SIZE_PX[0] / 2, SIZE_PX[1] / 2, 0.0])
    return (face - centre) @ rotation(np.array([0.0, 0.0, 1.0]), np.radians(degrees)).T * 0.9 + centre


@pytest.fixture(scope="module")
def photographs() -> FloatArray:
    return np.stack([normalised(face_px(seed=seed, noise=0.02)) for seed in range(3)])


@pytest.fixture(scope="module")
def copied(photographs: FloatArray) -> CopiedFaces:
    """Three photographs with two copies: one is turned in the picture and smaller, the other shows no face."""
    moved = np.stack([normalised(turned(face_px(seed=seed, noise=0.02), 10)) for seed in range(3)])
    faces = np.stack([photographs, moved, np.full_like(moved, np.nan)], axis=1)
    references = np.stack([normalised(face_px(seed=10 + seed, noise=0.02)) for seed in range(5)])
    counts = np.array([1, 3, 1])
    return CopiedFaces(faces, SIZES, References(references, np.array([SIZE_PX] * 5), counts, np.array([0, 2, 4])))


def by_component(copied: CopiedFaces) -> dict[tuple[str, str], FloatArray]:
    return {(values.feature, values.component): values.values for values in values_of_copies(copied)}


def test_all_features_have_values_by_group_or_column(copied: CopiedFaces) -> None:
    values = by_component(copied)
    groups = {(feature, group) for feature in ("landmarks", "aligned") for group in ("all", *LANDMARK_GROUPS)}
    columns = {(view.name, column.name) for view in SCALAR_VIEWS for column in view.columns}
    assert set(values) == groups | columns
    assert values["landmarks", "all"].shape == (3, 3, LANDMARK_COUNT * 3)
    assert values["aligned", "mouth"].shape == (3, 3, len(LANDMARK_GROUPS["mouth"]) * 3)
    for array in values.values():
        assert np.isnan(array[:, 2]).all() and np.isfinite(array[:, 0]).all()


def test_values_of_the_photograph_are_those_that_the_product_stores(
    copied: CopiedFaces, photographs: FloatArray
) -> None:
    values, references = by_component(copied), copied.references
    stored = deltas.aligned(
        photographs[[0, 1, 1, 1, 2]], references.faces, faces_size_px=references.size_px,
        references_size_px=references.size_px,
    )  # fmt: skip
    means = deltas.mean_over(stored, references.counts).xyz.reshape(3, -1)
    assert np.allclose(values["aligned", "all"][:, 0], means, atol=1e-6)
    width = measures(photographs, SIZES) - measures(references.faces[references.first], SIZES)
    assert np.allclose(values["measure_changes", "mouth_width_change_iod"][:, 0, 0], width[:, 0], atol=1e-5)


def test_a_turned_and_smaller_copy_has_the_same_features_but_the_roll(copied: CopiedFaces) -> None:
    for (feature, component), array in by_component(copied).items():
        if feature != "head_pose":
            assert np.allclose(array[:, 0], array[:, 1], atol=2e-3 if component.endswith("_deg") else 2e-5), component
    roll = by_component(copied)["head_pose", "roll_deg"]
    assert np.allclose(np.abs(roll[:, 1] - roll[:, 0]), 10, atol=0.5)
