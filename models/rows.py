"""Select the rows of a training frame that have all inputs of a system, and read their values without copying.

Values are views into Arrow's buffers until a batch copies them, and are not converted: vectors are float32, photographs
uint8. A column may be dictionary-encoded, so that a reference photograph that many rows share is stored once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from affect_store.models.systems import MEASURE_CHANGES
from affect_store.store.emotion_classes import EIGHT, Classes
from affect_store.store.errors import ShapeError
from affect_store.store.features.measure_definitions import MEASURES
from affect_store.store.vocabulary import PIXEL_BYTES, PIXEL_CHANNELS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, VECTOR_LENGTH

IMAGE_SHAPE = (PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS)
VECTOR_SHAPE = (VECTOR_LENGTH,)
_VECTORS = frozenset({"landmarks", "reference_landmarks", "aligned", "frontal_unit", "relative"})
"""Columns with vectors of the landmarks; features of the user's own and scalar views have any length."""

Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Values:
    """Values of one column for the selected rows.

    `blocks` are views into Arrow's buffers, one per chunk, (n, *shape); `starts` is the first position of each block,
    and `positions` is the position of each selected row in the concatenated blocks.
    """

    blocks: tuple[NDArray[np.generic], ...]
    starts: Indices
    positions: Indices

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one row."""
        return tuple(self.blocks[0].shape[1:])

    def take(self, rows: Indices) -> NDArray[np.generic]:
        """Return a copy of the values at these indices of the selected rows, (len(rows), *shape)."""
        positions = self.positions[rows]
        block_of = np.searchsorted(self.starts, positions, side="right") - 1
        values = np.empty((len(positions), *self.shape), dtype=self.blocks[0].dtype)
        for index in np.unique(block_of):
            is_in_block = block_of == index
            values[is_in_block] = self.blocks[index][positions[is_in_block] - self.starts[index]]
        return values


@dataclass(frozen=True)
class Rows:
    """The rows of a frame that have all inputs of a system: values by input name, labels, and row numbers in the frame.

    Labels are positions among the classes, -1 in a frame without labels. `targets` (n, classes) are learnt instead of
    the labels if given; each row sums to 1.
    """

    inputs: dict[str, Values]
    labels: NDArray[np.int64]
    numbers: Indices
    targets: NDArray[np.float32] | None = None
    classes: Classes = EIGHT

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, rows: Indices) -> dict[str, NDArray[np.generic]]:
        """Return a copy of the inputs of the rows with these indices."""
        return {name: values.take(rows) for name, values in self.inputs.items()}


def select_rows(table: pa.Table, columns: Mapping[str, str], classes: Classes = EIGHT) -> Rows:
    """Return the rows of `table` in which every column of `columns` (input name -> column) has a value.

    Raises `ShapeError` where a column holds neither rgb bytes nor vectors of the expected length, and for a label that
    is none of the classes.
    """
    read = {name: _read(table.column(column), column) for name, column in columns.items()}
    usable = np.ones(table.num_rows, dtype=bool)
    for _, _, valid in read.values():
        usable &= valid
    numbers = np.flatnonzero(usable).astype(np.int64)
    inputs = {name: _values(blocks, positions[numbers]) for name, (blocks, positions, _) in read.items()}
    is_labelled = "label" in table.column_names  # rows for prediction need no labels
    labels = np.full(len(numbers), -1)
    if is_labelled:
        labels = classes.positions(table.column("label").to_numpy()[numbers])
    return Rows(inputs, labels, numbers, classes=classes)


def length_of(column: str) -> int | None:
    """Return the length of the vectors in a column; None for features of the user's own, which have any."""
    if column == MEASURE_CHANGES:
        return len(MEASURES)
    return VECTOR_LENGTH if column in _VECTORS else None


def _values(blocks: list[NDArray[np.generic]], positions: Indices) -> Values:
    lengths = [len(block) for block in blocks]
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64) if blocks else np.zeros(1, np.int64)
    return Values(tuple(blocks), starts, positions)


def _read(column: pa.ChunkedArray, name: str) -> tuple[list[NDArray[np.generic]], Indices, Mask]:
    """Return the blocks of one column, the position of every row in them (undefined where invalid), and which rows are
    valid."""
    blocks: list[NDArray[np.generic]] = []
    positions, valid, start = [], [], 0
    for chunk in column.chunks or [pa.array([], column.type)]:
        block, position, is_valid = _chunk(chunk, name)
        blocks.append(block)
        positions.append(position + start)
        valid.append(is_valid)
        start += len(block)
    return blocks, np.concatenate(positions), np.concatenate(valid)


def _chunk(chunk: pa.Array, name: str) -> tuple[NDArray[np.generic], Indices, Mask]:
    if pa.types.is_dictionary(chunk.type):
        return _dictionary_chunk(chunk, name)
    return _vector_chunk(chunk, name) if pa.types.is_fixed_size_list(chunk.type) else _image_chunk(chunk, name)


def _dictionary_chunk(chunk: pa.DictionaryArray, name: str) -> tuple[NDArray[np.generic], Indices, Mask]:
    block, position, is_valid = _chunk(chunk.dictionary, name)
    valid = np.asarray(chunk.indices.is_valid().to_numpy(zero_copy_only=False), dtype=bool)
    if not valid.any():
        return block, np.zeros(len(chunk), np.int64), valid
    entry = np.where(valid, chunk.indices.fill_null(0).to_numpy(zero_copy_only=False), 0).astype(np.int64)
    return block, position[entry], valid & is_valid[entry]


def _vector_chunk(chunk: pa.FixedSizeListArray, name: str) -> tuple[NDArray[np.float32], Indices, Mask]:
    size, known = chunk.type.list_size, length_of(name)
    if not size or known not in (None, size) or not pa.types.is_float32(chunk.type.value_type):
        raise ShapeError(f"column {name!r}: expected lists of {known or 'some'} float32, received {chunk.type}")
    values = chunk.values.slice(chunk.offset * size, len(chunk) * size)
    valid = np.asarray(chunk.is_valid().to_numpy(zero_copy_only=False), dtype=bool)
    if values.null_count:  # a missing vector may be stored as a list of nulls
        present = np.asarray(values.is_valid().to_numpy(zero_copy_only=False), dtype=bool)
        valid = valid & present.reshape(-1, size).all(axis=1)
    buffer = values.buffers()[1] if len(values) else b""
    flat = np.frombuffer(buffer, dtype=np.float32, count=len(values), offset=4 * values.offset if len(values) else 0)
    return flat.reshape(-1, size), np.arange(len(chunk), dtype=np.int64), valid


def _image_chunk(chunk: pa.Array, name: str) -> tuple[NDArray[np.uint8], Indices, Mask]:
    if not (pa.types.is_binary(chunk.type) or pa.types.is_large_binary(chunk.type)):
        raise ShapeError(f"column {name!r}: expected binary or fixed-size lists of float32, received {chunk.type}")
    valid = np.asarray(chunk.is_valid().to_numpy(zero_copy_only=False), dtype=bool)
    if not valid.any():
        return np.empty((0, *IMAGE_SHAPE), np.uint8), np.zeros(len(chunk), np.int64), valid
    width = np.int64 if pa.types.is_large_binary(chunk.type) else np.int32
    ends = np.frombuffer(chunk.buffers()[1], dtype=width)[chunk.offset : chunk.offset + len(chunk) + 1].astype(np.int64)
    lengths = np.diff(ends)
    if (lengths[valid] != PIXEL_BYTES).any() or lengths[~valid].any():
        raise ShapeError(
            f"column {name!r}: expected {PIXEL_BYTES} bytes per photograph, received {set(lengths[valid])}"
        )
    flat = np.frombuffer(chunk.buffers()[2], dtype=np.uint8)[ends[0] : ends[-1]]
    return flat.reshape(-1, *IMAGE_SHAPE), (ends[:-1] - ends[0]) // PIXEL_BYTES, valid
