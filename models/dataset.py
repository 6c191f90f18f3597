"""tf.data from Arrow rows: row numbers are shuffled and batched, and each batch copies only its own values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.backend import tf
from models.rows import Rows
from store.vocabulary import EMOTIONS


def batches(rows: Rows, *, size: int, shuffle_seed: int | None = None, drop_last: bool = False) -> tf.data.Dataset:
    """Batches ({input name: (n, *shape)}, one-hot labels (n, 8) float32), reshuffled every epoch if seeded.

    Vectors are float32 and photographs uint8, as the store holds them; the model scales them.
    """
    numbers = tf.data.Dataset.range(len(rows))
    if shuffle_seed is not None:
        numbers = numbers.shuffle(len(rows), seed=shuffle_seed, reshuffle_each_iteration=True)
    numbers = numbers.batch(size, drop_remainder=drop_last)
    return numbers.map(_reader(rows)).prefetch(2)


def _reader(rows: Rows):  # type: ignore[no-untyped-def]  # TensorFlow traces it; its arguments are symbolic
    names = list(rows.inputs)
    kinds = [tf.as_dtype(rows.inputs[name].blocks[0].dtype) for name in names]
    one_hot = np.eye(len(EMOTIONS), dtype=np.float32)

    def copy(numbers: NDArray[np.int64]) -> list[NDArray[np.generic]]:
        taken = rows.take(numbers)
        return [*(taken[name] for name in names), one_hot[rows.labels[numbers]]]

    def read(numbers: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        *inputs, truth = tf.numpy_function(copy, [numbers], [*kinds, tf.float32])
        for name, tensor in zip(names, inputs, strict=True):
            tensor.set_shape((None, *rows.inputs[name].shape))
        truth.set_shape((None, len(EMOTIONS)))
        return dict(zip(names, inputs, strict=True)), truth

    return read
