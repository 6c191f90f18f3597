"""Small synthetic training frames whose emotions are easy to separate, with the columns of a real one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from affect_store.models.rows import IMAGE_SHAPE
from affect_store.store.face_mesh import mean_face
from affect_store.store.features.measure_definitions import MEASURES
from affect_store.store.vocabulary import (
    AGREEMENTS,
    EMOTIONS,
    FRONTAL_GAZE,
    GAZES,
    SEXES,
    USED_ANGLES_DEG,
    VECTOR_LENGTH,
)

DELTAS = ("frontal_unit", "aligned")
FACE_SIZE, FACE_MIDDLE = (0.23, 0.23, 0.23), (0.5, 0.5, 0.0)


def vectors(values: np.ndarray, missing: np.ndarray | None = None) -> pa.FixedSizeListArray:
    """Return a vector column; rows of `missing` are null."""
    flat = pa.array(np.ascontiguousarray(values, dtype=np.float32).ravel())
    mask = None if missing is None else pa.array(missing)
    return pa.FixedSizeListArray.from_arrays(flat, values.shape[1], mask=mask)


def photographs(values: np.ndarray) -> pa.BinaryArray:
    """Return an rgb column from uint8 (n, height, width, 3)."""
    return pa.array([image.tobytes() for image in values], pa.binary(-1))


def shared(values: pa.Array, entries: np.ndarray) -> pa.DictionaryArray:
    """Return a dictionary-encoded column in which many rows share a value."""
    return pa.DictionaryArray.from_arrays(pa.array(entries, pa.int32()), values)


def frame(people: int, *, labels: tuple[int, ...] = tuple(range(len(EMOTIONS))), seed: int = 0) -> pa.Table:
    """Return one photograph per person and label; each label has its own direction of the vectors and bright stripe."""
    random = np.random.default_rng(seed)
    label_of = np.tile(np.array(labels, dtype=np.uint8), people)
    count = len(label_of)
    signs = np.random.default_rng(1).normal(size=(len(EMOTIONS), VECTOR_LENGTH))
    columns = {name: signs[label_of] + random.normal(size=(count, VECTOR_LENGTH)) for name in DELTAS}
    face = (mean_face() * FACE_SIZE + FACE_MIDDLE).ravel()
    columns["landmarks"] = face + 0.003 * (signs[label_of] + random.normal(size=(count, VECTOR_LENGTH)))
    measure_changes = signs[label_of, : len(MEASURES)] + 0.3 * random.normal(size=(count, len(MEASURES)))
    rgb = random.integers(0, 40, size=(count, *IMAGE_SHAPE), dtype=np.uint8)
    stripe = IMAGE_SHAPE[0] // len(EMOTIONS)
    for row, label in enumerate(label_of):
        rgb[row, label * stripe : (label + 1) * stripe] += 150
    person = np.repeat(np.arange(people), len(labels))
    reference = random.integers(0, 40, size=(people, *IMAGE_SHAPE), dtype=np.uint8)
    return pa.table(
        {
            "image_id": [f"image{seed}-{row}" for row in range(count)],
            "subject_id": [f"person{seed}-{number:02d}" for number in person],
            "sex": [SEXES[number % 2] for number in person],
            "population": ["adult" if number % 3 else "child" for number in person],
            "emotion": [EMOTIONS[label] for label in label_of],
            "label": pa.array(label_of),
            "camera_angle_deg": pa.array(np.resize(USED_ANGLES_DEG, count).astype(np.uint16)),
            "gaze": [FRONTAL_GAZE if row % 2 else GAZES[-1] for row in range(count)],
            **{name: vectors(values) for name, values in columns.items()},
            "measure_changes": vectors(measure_changes),
            "relative": vectors(columns["aligned"]),
            **{name: 0.02 + 0.84 * (label_of == label) for label, name in enumerate(AGREEMENTS)},
            "rgb": photographs(rgb),
            "bicubic_pixels": photographs(rgb),
            "reference_rgb": shared(photographs(reference), person),
            "reference_landmarks": shared(vectors(np.tile(face, (people, 1))), person),
        }
    )


def without(table: pa.Table, column: str, missing: np.ndarray) -> pa.Table:
    """Return the frame with nulls in one column."""
    index = table.schema.get_field_index(column)
    values = table.column(column).combine_chunks()
    if column == "rgb":
        nulled = pa.array(
            [None if is_missing else value for is_missing, value in zip(missing, values.to_pylist(), strict=True)],
            pa.binary(),
        )
    else:
        nulled = vectors(values.flatten().to_numpy().reshape(-1, VECTOR_LENGTH), missing)
    return table.set_column(index, column, nulled)
