"""The contract of every system in every recipe: shapes, types, storage, repetition, and a step downhill."""

import random
import threading
from contextlib import contextmanager

import numpy as np
import pytest

from models import networks, published
from models.artifact import load, save
from models.backend import keras, tf
from models.dataset import batches
from models.fit import Options, fit
from models.predict import predict
from models.rows import select
from models.settings import settings
from models.systems import ENSEMBLE, LINEAR, SYSTEMS, columns
from store.vocabulary import EMOTIONS, PROBABILITIES
from tests.models.corpus import frame

TRAIN, VALIDATE = frame(3), frame(1, seed=5)
STEP = 0.05
VARIANTS = [(one.name, recipe) for one in SYSTEMS.values() if one.family != ENSEMBLE for recipe in one.recipes]
REPEATED = (("mm2", "corrected"), ("vector_mlp", "published"), ("fusion", "corrected"), ("mesh_network", "corrected"))


@pytest.fixture(scope="module", params=VARIANTS, ids="-".join)
def fitted(request):
    with pytest.MonkeyPatch.context() as patch:
        # its 70 million weights are counted below; here its kind matters, not its size
        patch.setattr(published, "GENERAL_WIDTHS", (32, 16))
        yield fit(*request.param, TRAIN, VALIDATE, Options(seed=3, epochs=1))


def test_probabilities(fitted):
    found = predict(fitted, VALIDATE)
    probabilities = found.select(PROBABILITIES).to_numpy()
    assert found.columns == ["image_id", "predicted", *PROBABILITIES]
    assert probabilities.shape == (len(EMOTIONS), len(EMOTIONS)) and probabilities.dtype == np.float32
    assert found["predicted"].to_numpy().dtype == np.uint8
    assert (probabilities.argmax(axis=1) == found["predicted"].to_numpy()).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-5)


def test_saved_and_loaded_it_predicts_the_same(fitted, tmp_path):
    save(fitted, tmp_path)
    again = load(tmp_path)
    assert predict(again, VALIDATE).equals(predict(fitted, VALIDATE))
    assert (again.system, again.recipe, again.epochs) == (fitted.system, fitted.recipe, fitted.epochs)


def test_a_step_down_the_gradient_lowers_the_loss(fitted):
    if SYSTEMS[fitted.system].family == LINEAR:
        pytest.skip("a linear system is solved at once")
    # of a new network: the published rate saturates the sigmoids at once, and then there is no slope left
    rows = select(TRAIN, columns(fitted.system, fitted.recipe))
    model, _ = networks.new(fitted.system, fitted.recipe, rows, settings(fitted.system, fitted.recipe))
    inputs, truth = next(iter(batches(rows, size=len(rows))))

    def loss():
        return tf.reduce_mean(keras.losses.categorical_crossentropy(truth, model(inputs, training=False)))

    with tf.GradientTape() as tape:
        before = loss()
    slopes = tape.gradient(before, model.trainable_variables)
    length = tf.linalg.global_norm(slopes)
    for weight, slope in zip(model.trainable_variables, slopes, strict=True):
        weight.assign_sub(STEP * slope / length)
    assert float(length) > 0 and float(loss()) < float(before)


@pytest.mark.parametrize("fitted", REPEATED, ids="-".join, indirect=True)  # between them every kind of layer
def test_the_same_seed_gives_the_same_bits_whatever_other_threads_draw(fitted):
    with drawing():
        again = fit(fitted.system, fitted.recipe, TRAIN, VALIDATE, Options(seed=3, epochs=1))
    assert again.parameters == fitted.parameters
    assert all(
        (one == two).all() for one, two in zip(again.model.get_weights(), fitted.model.get_weights(), strict=True)
    )


@contextmanager
def drawing():
    """Another thread takes from Python's random numbers, as Prefect's do."""
    is_over = threading.Event()

    def draw():
        while not is_over.wait(1e-4):
            random.random()

    other = threading.Thread(target=draw)
    other.start()
    try:
        yield
    finally:
        is_over.set()
        other.join()
