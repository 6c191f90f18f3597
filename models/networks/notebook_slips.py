"""The notebook's indexing errors, on request: the scrambled reshape of photographs and the wrong slices of vectors.

They belong to the recipe `published_with_slips`; every other recipe gets the inputs as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from affect_store.models.backend import keras, tf
from affect_store.models.networks.layers import register_layer
from affect_store.models.systems import DELTA, POSITION
from affect_store.store.vocabulary import PIXEL_CHANNELS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, VECTOR_LENGTH


@register_layer
class Columns(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """The columns from `first` to before `end` of vectors: (n, features) to (n, end - first)."""

    def __init__(self, first: int, end: int, **options: object) -> None:
        super().__init__(**options)
        self.first, self.end = first, end

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return the columns."""
        return inputs[:, self.first : self.end]

    def get_config(self) -> dict[str, object]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "first": self.first, "end": self.end}


def scrambled(photographs: keras.KerasTensor) -> keras.KerasTensor:
    """Reinterpret photographs (n, 128, 85, 3) as (n, 85, 128, 3), row after row: faces become stripes."""
    shape = PIXEL_WIDTH_PX, PIXEL_HEIGHT_PX, PIXEL_CHANNELS
    return keras.layers.Reshape(shape, name="scrambled")(photographs)


def shifted(inputs: Mapping[str, keras.KerasTensor]) -> dict[str, keras.KerasTensor]:
    """Return the vectors that the notebook's slices select, by input, from those (n, 1404) of a system.

    Deltas 1 to 1403, counted from 0; in MM2, which also reads positions, deltas 1 to 1403 with position 0, and
    positions 2 to 1403.
    """
    deltas = Columns(1, VECTOR_LENGTH, name="deltas_from_1")(inputs[DELTA])
    if POSITION not in inputs:
        return {DELTA: deltas}
    first = Columns(0, 1, name="position_0")(inputs[POSITION])
    positions = Columns(2, VECTOR_LENGTH, name="positions_from_2")(inputs[POSITION])
    return {DELTA: keras.layers.Concatenate(name="deltas_and_position_0")([deltas, first]), POSITION: positions}
