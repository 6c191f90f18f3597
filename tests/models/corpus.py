"""A few made-up photographs whose emotion is easy to see, in the training frame's columns."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from models.rows import IMAGE_SHAPE
from store.mesh import mean_face
from store.vocabulary import EMOTIONS, FRONTAL_GAZE, GAZES, SEXES, USED_ANGLES_DEG, VECTOR_LENGTH

DELTAS = ("frontal_unit", "aligned")
FACE_SIZE, FACE_MIDDLE = (0.23, 0.23, 0.23), (0.5, 0.5, 0.0)


def vectors(values: np.ndarray, missing: np.ndarray | None = None) -> pa.FixedSizeListArray:
    """A vector column; rows of `missing` are null."""
    flat = pa.array(np.ascontiguousarray(values, dtype=np.float32).ravel())
    mask = None if missing is None else pa.array(missing)
    return pa.FixedSizeListArray.from_arrays(flat, VECTOR_LENGTH, mask=mask)


def photographs(values: np.ndarray) -> pa.BinaryArray:
    """An rgb column of uint8 (n, height, width, 3)."""
    return pa.array([one.tobytes() for one in values], pa.binary(-1))


def shared(values: pa.Array, entries: np.ndarray) -> pa.DictionaryArray:
    """A column in which many rows share a value."""
    return pa.DictionaryArray.from_arrays(pa.array(entries, pa.int32()), values)


def frame(people: int, *, labels: tuple[int, ...] = tuple(range(len(EMOTIONS))), seed: int = 0) -> pa.Table:
    """One photograph a person and label. Each label moves the vectors its own way and brightens its own stripe."""
    random = np.random.default_rng(seed)
    shown = np.tile(np.array(labels, dtype=np.uint8), people)
    count = len(shown)
    signs = np.random.default_rng(1).normal(size=(len(EMOTIONS), VECTOR_LENGTH))
    columns = {name: signs[shown] + random.normal(size=(count, VECTOR_LENGTH)) for name in DELTAS}
    face = (mean_face() * FACE_SIZE + FACE_MIDDLE).ravel()
    columns["landmarks"] = face + 0.003 * (signs[shown] + random.normal(size=(count, VECTOR_LENGTH)))
    rgb = random.integers(0, 40, size=(count, *IMAGE_SHAPE), dtype=np.uint8)
    stripe = IMAGE_SHAPE[0] // len(EMOTIONS)
    for row, label in enumerate(shown):
        rgb[row, label * stripe : (label + 1) * stripe] += 150
    person = np.repeat(np.arange(people), len(labels))
    at_rest = random.integers(0, 40, size=(people, *IMAGE_SHAPE), dtype=np.uint8)
    return pa.table(
        {
            "image_id": [f"image{seed}-{row}" for row in range(count)],
            "subject_id": [f"person{seed}-{one:02d}" for one in person],
            "sex": [SEXES[one % 2] for one in person],
            "population": ["grown" if one % 3 else "child" for one in person],
            "emotion": [EMOTIONS[label] for label in shown],
            "label": pa.array(shown),
            "camera_angle_deg": pa.array(np.resize(USED_ANGLES_DEG, count).astype(np.uint16)),
            "gaze": [FRONTAL_GAZE if row % 2 else GAZES[-1] for row in range(count)],
            **{name: vectors(values) for name, values in columns.items()},
            "rgb": photographs(rgb),
            "reference_rgb": shared(photographs(at_rest), person),
            "reference_landmarks": shared(vectors(np.tile(face, (people, 1))), person),
        }
    )


def without(table: pa.Table, column: str, missing: np.ndarray) -> pa.Table:
    """The same frame with nulls in one column."""
    place = table.schema.get_field_index(column)
    whole = table.column(column).combine_chunks()
    if column == "rgb":
        nulled = pa.array(
            [None if gone else value for gone, value in zip(missing, whole.to_pylist(), strict=True)], pa.binary()
        )
    else:
        nulled = vectors(whole.flatten().to_numpy().reshape(-1, VECTOR_LENGTH), missing)
    return table.set_column(place, column, nulled)
