"""The texture in NumPy is that of the layers, and a linear system of texture predicts without TensorFlow."""

import subprocess
import sys

import numpy as np
import pytest

from affect_store.models.networks import texture_values
from affect_store.models.networks.feature_vectors import appearance, appearance_to_predict
from affect_store.models.networks.texture_layers import mesh_texture
from affect_store.models.rows import IMAGE_SHAPE
from affect_store.store.face_mesh import mean_face
from affect_store.store.vocabulary import VECTOR_LENGTH

FACE = (mean_face() * 0.15 + (0.5, 0.5, 0)).astype(np.float32)


def photographs(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, *IMAGE_SHAPE), np.uint8)


@pytest.mark.parametrize("shift", [0.0, 0.4, -3.0, 1e6], ids=["inside", "partly outside", "outside", "far outside"])
def test_values_are_those_of_the_layer(shift: float) -> None:
    faces = np.stack([FACE + np.float32(shift), FACE * np.float32(0.9)]).reshape(2, -1)
    expected = np.asarray(mesh_texture(photographs(2), faces))
    values = texture_values.mesh_texture(photographs(2), faces)
    assert values.dtype == np.float32 and values.shape == expected.shape
    np.testing.assert_allclose(values, expected, atol=2e-4, rtol=1e-4)


def test_a_uniform_photograph_has_no_texture() -> None:
    flat = np.full((1, *IMAGE_SHAPE), 90, np.uint8)
    assert np.abs(texture_values.mesh_texture(flat, FACE.reshape(1, -1))).max() < 1e-3


def test_the_vectors_to_predict_are_those_of_training() -> None:
    inputs = {
        "delta": np.random.default_rng(1).normal(0, 1, (3, VECTOR_LENGTH)).astype(np.float32),
        "pixels": photographs(3), "reference_pixels": photographs(3, 1),
        "position": FACE.reshape(1, -1).repeat(3, 0), "reference_position": (FACE * 0.95).reshape(1, -1).repeat(3, 0),
    }  # fmt: skip
    np.testing.assert_allclose(appearance_to_predict(inputs), appearance(inputs), atol=2e-4)


def test_a_linear_system_of_texture_predicts_without_tensorflow() -> None:
    code = (
        "import numpy as np, sys\n"
        "from affect_store.models.networks.surface_points import mesh_points\n"
        "from affect_store.models.training.linear_model import LinearModel\n"
        "n = 1404 + len(mesh_points())\n"
        "model = LinearModel('appearance_lda', np.zeros(n), np.ones(n), np.zeros((n, 8)), np.zeros(8))\n"
        "pixels, face = np.zeros((1, 128, 85, 3), np.uint8), np.zeros((1, 1404), np.float32)\n"
        "inputs = dict(delta=face, pixels=pixels, position=face, reference_pixels=pixels, reference_position=face)\n"
        "assert abs(model.probabilities(inputs) - 0.125).max() < 1e-6\n"
        "assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
