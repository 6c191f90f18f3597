import numpy as np

from affect_store.models.backend import keras
from affect_store.models.networks.layers import MirrorAtRandom, Standardise
from affect_store.models.rows import IMAGE_SHAPE

PHOTOGRAPHS = np.random.default_rng(0).integers(0, 256, size=(40, *IMAGE_SHAPE), dtype=np.uint8)


def test_photographs_are_unchanged_or_mirrored_and_only_in_training():
    keras.utils.set_random_seed(1)
    layer = MirrorAtRandom()
    outputs = np.asarray(layer(PHOTOGRAPHS, training=True))
    assert outputs.dtype == np.uint8
    is_same = (outputs == PHOTOGRAPHS).all(axis=(1, 2, 3))
    is_mirrored = (outputs == PHOTOGRAPHS[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (is_same ^ is_mirrored).all() and 5 < is_mirrored.sum() < 35
    assert (np.asarray(layer(PHOTOGRAPHS, training=False)) == PHOTOGRAPHS).all()


def test_standardised_values_have_mean_0_and_deviation_1_and_no_trainable_weights():
    values = np.random.default_rng(0).normal(5.0, [1.0, 3.0], size=(200, 2)).astype(np.float32)
    layer = Standardise()
    np.testing.assert_array_equal(np.asarray(layer(values)), values)
    layer.fix(values.mean(axis=0), values.std(axis=0))
    scaled = np.asarray(layer(values))
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(scaled.std(axis=0), 1, atol=1e-5)
    assert layer.trainable_variables == []
