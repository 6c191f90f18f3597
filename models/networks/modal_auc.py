"""The area under the ROC curve that is logged after each epoch, also where the labels are distributions."""

from __future__ import annotations

from typing import Any

from affect_store.models.backend import keras, tf


class ModalAUC(keras.metrics.AUC):  # type: ignore[misc]
    """Keras's AUC over all pairs of photograph and emotion, flattened; the most frequent emotion of a label is true.

    For one-hot labels this is `keras.metrics.AUC`, which would take every share above 0 as true. Keras's accuracy
    takes the most frequent emotion by itself.
    """

    def update_state(self, y_true: tf.Tensor, y_pred: tf.Tensor, sample_weight: Any = None) -> None:
        """Add a batch: labels and probabilities, both (n, classes)."""
        modal = tf.one_hot(tf.argmax(y_true, axis=-1), y_true.shape[-1])
        super().update_state(modal, y_pred, sample_weight)
