"""The contract of every system in every recipe: shapes, dtypes, storage, repeatability, and a gradient step."""

import random
import threading
from contextlib import contextmanager

import numpy as np
import pytest

from affect_store.models.backend import keras, tf
from affect_store.models.networks import factory, published_recipe
from affect_store.models.rows import select_rows
from affect_store.models.settings import settings
from affect_store.models.systems import ENSEMBLE, LINEAR, SYSTEMS, input_columns
from affect_store.models.training.artifact import load, save
from affect_store.models.training.dataset import batches
from affect_store.models.training.fit import FitOptions, fit
from affect_store.models.training.predict import predict
from affect_store.store.vocabulary import EMOTIONS, PROBABILITIES
from tests.models.corpus import frame

TRAIN, VALIDATE = frame(3), frame(1, seed=5)
STEP = 0.05
QUICK = (("vector_mlp", "corrected"), ("point_mlp", "published"), ("cnn", "corrected"), ("lda", "corrected"),
         ("measures_lda", "corrected"), ("relative_lda", "corrected"))  # fmt: skip
"""Variants that are tested outside of `make deployed`, too: an MLP in each recipe, a CNN, three linear systems."""

VARIANTS = [
    pytest.param(
        (system.name, recipe),
        marks=[] if (system.name, recipe) in QUICK else pytest.mark.long,
        id=f"{system.name}-{recipe}",
    )
    for system in SYSTEMS.values()
    if system.family != ENSEMBLE
    for recipe in system.all_recipes
]
REPEATED = (
    ("vector_mlp", "corrected"),
    pytest.param(("mm2", "corrected"), marks=pytest.mark.long),
    pytest.param(("fusion", "corrected"), marks=pytest.mark.long),
    pytest.param(("mesh_network", "corrected"), marks=pytest.mark.long),
)


@pytest.fixture(scope="module", params=VARIANTS)
def fitted(request):
    with pytest.MonkeyPatch.context() as patch:
        # test_published_recipe counts its 70 million weights; a small one has the same structure
        patch.setattr(published_recipe, "GENERAL_WIDTHS", (32, 16))
        yield fit(*request.param, TRAIN, VALIDATE, FitOptions(seed=3, epochs=1))


def test_predictions_are_the_most_probable_emotions_and_probabilities_sum_to_1(fitted):
    predictions = predict(fitted, VALIDATE)
    probabilities = predictions.select(PROBABILITIES).to_numpy()
    assert predictions.columns == ["image_id", "predicted", *PROBABILITIES]
    assert probabilities.shape == (len(EMOTIONS), len(EMOTIONS)) and probabilities.dtype == np.float32
    assert predictions["predicted"].to_numpy().dtype == np.uint8
    assert (probabilities.argmax(axis=1) == predictions["predicted"].to_numpy()).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-5)


def test_a_saved_and_loaded_system_predicts_the_same(fitted, tmp_path):
    save(fitted, tmp_path)
    again = load(tmp_path)
    assert predict(again, VALIDATE).equals(predict(fitted, VALIDATE))
    assert (again.system, again.recipe, again.epochs) == (fitted.system, fitted.recipe, fitted.epochs)


def test_a_gradient_step_lowers_the_loss(fitted):
    if SYSTEMS[fitted.system].family == LINEAR:
        pytest.skip("a linear system has no gradient steps")
    # use an untrained network: one epoch at the published rate saturates the sigmoids, and gradients vanish
    rows = select_rows(TRAIN, input_columns(fitted.system, fitted.recipe))
    model, _ = factory.create_network(fitted.system, fitted.recipe, rows, settings(fitted.system, fitted.recipe))
    inputs, truth = next(iter(batches(rows, size=len(rows))))

    def loss():
        return tf.reduce_mean(keras.losses.categorical_crossentropy(truth, model(inputs, training=False)))

    with tf.GradientTape() as tape:
        before = loss()
    gradients = tape.gradient(before, model.trainable_variables)
    norm = tf.linalg.global_norm(gradients)
    for weight, gradient in zip(model.trainable_variables, gradients, strict=True):
        weight.assign_sub(STEP * gradient / norm)
    assert float(norm) > 0 and float(loss()) < float(before)


@pytest.mark.parametrize("fitted", REPEATED, ids="-".join, indirect=True)  # together they have every kind of layer
def test_equal_seeds_give_equal_weights_whatever_other_threads_draw(fitted):
    with another_thread_drawing():
        again = fit(fitted.system, fitted.recipe, TRAIN, VALIDATE, FitOptions(seed=3, epochs=1))
    assert again.parameters == fitted.parameters
    assert all(
        (repeated == first).all()
        for repeated, first in zip(again.model.get_weights(), fitted.model.get_weights(), strict=True)
    )


@contextmanager
def another_thread_drawing():
    """Draw from Python's global random generator in another thread, as Prefect does."""
    is_done = threading.Event()

    def draw():
        while not is_done.wait(1e-4):
            random.random()

    thread = threading.Thread(target=draw)
    thread.start()
    try:
        yield
    finally:
        is_done.set()
        thread.join()
