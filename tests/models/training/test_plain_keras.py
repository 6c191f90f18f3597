"""One epoch of the published general MLP against a plain Keras script, written from the description of the notebook."""

import numpy as np
import pytest

from affect_store.models.backend import keras, make_repeatable, tf
from affect_store.models.networks import published_recipe
from affect_store.models.training.fit import FitOptions, fit
from affect_store.store.vocabulary import EMOTIONS
from tests.models.corpus import frame

SEED = 4
TRAIN, VALIDATE = frame(6), frame(5, seed=5)
"""48 and 40 photographs: the last batch of each is smaller than 32."""


def arrays(table):
    """Return pixels between 0 and 1 and deltas side by side, float32, and one-hot labels."""
    pixels = np.stack([np.frombuffer(image, np.uint8) for image in table["rgb"].to_pylist()])
    pixels = pixels * np.float32(1 / 255)  # a division rounds the last bit differently
    deltas = np.array(table["frontal_unit"].to_pylist(), np.float32)
    return np.hstack([pixels, deltas]), np.eye(len(EMOTIONS), dtype=np.float32)[table["label"].to_numpy()]


class RMSprop(keras.optimizers.RMSprop):
    """sqrt(v) + epsilon, as in 2022."""

    def update_step(self, gradient, variable, learning_rate):
        v = self._velocities[self._get_variable_index(variable)]
        v.assign(0.9 * v + 0.1 * gradient * gradient)
        variable.assign(variable - learning_rate * gradient / (tf.sqrt(v.value) + 1e-7))


def plain_epoch(widths):
    """Return the model and the history of one epoch."""
    make_repeatable(SEED)
    first, *others = widths
    model = keras.Sequential(
        [
            keras.layers.Dense(
                first, activation="relu", kernel_regularizer=keras.regularizers.L1L2(1e-5, 1e-4),
                bias_regularizer=keras.regularizers.L2(1e-4), activity_regularizer=keras.regularizers.L2(1e-5),
            ),
            *(keras.layers.Dense(width, activation="relu") for width in others),
            keras.layers.Dense(8, activation="sigmoid"),
            keras.layers.Softmax(),
        ]
    )  # fmt: skip
    model.build((None, arrays(TRAIN)[0].shape[1]))
    metrics = ["accuracy", keras.metrics.AUC(name="auc")]
    model.compile(RMSprop(0.09973), loss="categorical_crossentropy", metrics=metrics)
    inputs, labels = arrays(TRAIN)
    order = np.array(list(tf.data.Dataset.range(len(labels)).shuffle(len(labels), seed=SEED).as_numpy_iterator()))
    plateau = keras.callbacks.ReduceLROnPlateau("val_loss", 0.2, 5, min_lr=1e-4)
    history = model.fit(
        inputs[order], labels[order], batch_size=32, epochs=1, shuffle=False, verbose=0,
        validation_data=arrays(VALIDATE), callbacks=[plateau],
    )  # fmt: skip
    return model, {name: values[0] for name, values in history.history.items()}


@pytest.mark.parametrize("widths", [(64, 31), pytest.param(published_recipe.GENERAL_WIDTHS, marks=pytest.mark.long)])
def test_one_epoch_of_the_general_mlp_is_that_of_a_plain_script(monkeypatch, widths):
    monkeypatch.setattr(published_recipe, "GENERAL_WIDTHS", widths)
    fitted = fit("general_mlp", "published", TRAIN, VALIDATE, FitOptions(SEED, epochs=1))
    model, history = plain_epoch(widths)
    (row,) = fitted.epochs
    names = ("loss", "accuracy", "auc", "val_loss", "val_accuracy", "val_auc", "learning_rate")
    assert {name: row[name] for name in names} == {name: pytest.approx(history[name], rel=1e-5) for name in names}
    # a first step is 0.3 long, whatever the size of the gradient: its rounding shows where it is nearly 0
    for ours, plain in zip(fitted.model.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, plain, rtol=1e-4, atol=1e-4)
