"""Create tf.data datasets from Arrow rows: row numbers are shuffled and batched, and a batch copies only its values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from affect_store.models.backend import tf
from affect_store.models.rows import Rows


def batches(rows: Rows, *, size: int, shuffle_seed: int | None = None, drop_last: bool = False) -> tf.data.Dataset:
    """Return batches ({input name: (n, *shape)}, truth (n, classes) float32), reshuffled every epoch if seeded.

    The truth is the targets of the rows if they have any, else one-hot labels. Vectors are float32 and photographs
    uint8, as in the store; the model scales them.
    """
    numbers = tf.data.Dataset.range(len(rows))
    if shuffle_seed is not None:
        numbers = numbers.shuffle(len(rows), seed=shuffle_seed, reshuffle_each_iteration=True)
    numbers = numbers.batch(size, drop_remainder=drop_last)
    return numbers.map(_reader(rows)).prefetch(2)


def _reader(rows: Rows):  # type: ignore[no-untyped-def]  # TensorFlow traces it with symbolic arguments
    names = list(rows.inputs)
    dtypes = [tf.as_dtype(rows.inputs[name].blocks[0].dtype) for name in names]
    one_hot = np.eye(len(rows.classes), dtype=np.float32)

    def copy(numbers: NDArray[np.int64]) -> list[NDArray[np.generic]]:
        inputs = rows.take(numbers)
        truth = one_hot[rows.labels[numbers]] if rows.targets is None else rows.targets[numbers]
        return [*(inputs[name] for name in names), truth]

    def read(numbers: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        *inputs, truth = tf.numpy_function(copy, [numbers], [*dtypes, tf.float32])
        for name, tensor in zip(names, inputs, strict=True):
            tensor.set_shape((None, *rows.inputs[name].shape))
        truth.set_shape((None, len(rows.classes)))
        return dict(zip(names, inputs, strict=True)), truth

    return read
