"""Rows for a model from photographs that are not in the store, with the columns of training rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from affect_store.flows.steps import own_prediction
from affect_store.flows.steps.neutral_photographs import Neutral, Neutrals, reason_of
from affect_store.flows.steps.trained_model import WITH_REFERENCE
from affect_store.store.engine.arrow_columns import packed_thumbnails, packed_vectors
from affect_store.store.errors import StoreError
from affect_store.store.extensions.own_view import SIZE, OwnView
from affect_store.store.features import deltas, feature_views
from affect_store.store.features.decode import SCALES
from affect_store.store.features.extract import LANDMARKS, ExtractionResult
from affect_store.store.features.feature_views import BICUBIC_PIXELS, PIXELS
from affect_store.store.features.references import NO_FACE, SAME_PICTURE
from affect_store.store.features.scalar_view import ScalarView
from affect_store.store.features.scalar_views import SCALAR_VIEW_BY_NAME
from affect_store.store.offline.reference_features import COLUMNS as REFERENCE_COLUMNS
from affect_store.store.offline.reference_features import RULE
from affect_store.store.types import Face, FloatArray
from affect_store.store.vocabulary import (
    AXES,
    LANDMARK_COUNT,
    PIXEL_BYTES,
    PIXEL_CHANNELS,
    PIXEL_HEIGHT_PX,
    PIXEL_WIDTH_PX,
    VECTOR_LENGTH,
)

NO_NEUTRAL = "no neutral photograph"


@dataclass(frozen=True)
class _Pair:
    """A face and its references by kind of delta."""

    row: int
    image: ExtractionResult
    xyz: FloatArray
    size_px: tuple[int, int]
    neutral: dict[str, Neutral]


def extracted_features(columns: frozenset[str]) -> tuple[str, ...]:
    """Return the features that are extracted from photographs for these columns; landmarks always are."""
    pixels = (PIXELS,) if columns & {"rgb", "reference_rgb"} else ()
    return (LANDMARKS, *pixels, *((BICUBIC_PIXELS,) if "bicubic_pixels" in columns else ()))


def scale_and_versions(
    run_id: str, versions: dict[str, str], own: Sequence[OwnView] = ()
) -> tuple[float, dict[str, str]]:
    """Return the scale at which photographs were decoded for features of these versions, and all versions at it.

    `own` are the feature views of the user's own that compute some of them.

    Raises `StoreError` if this installation computes none of them: its values would be others than those of training.
    """
    for scale in SCALES:
        computed = {view.feature: view.version for view in feature_views.chosen(scale, with_bicubic=True)}
        for view in own:
            computed[view.name] = view.version_of(computed).version
        if versions.items() <= computed.items():
            return scale, computed
    features = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    raise StoreError(
        f"run {run_id} was trained on {features}, which this version of affect-store, its libraries and the extensions "
        "of the home do not compute: "
        "`affect run` computes present features and trains on them"
    )


def rows_of(
    images: Sequence[ExtractionResult],
    neutrals: Neutrals | None,
    columns: frozenset[str],
    own: Sequence[OwnView] = (),
) -> tuple[pa.Table, list[str | None]]:
    """Return the rows of the photographs that have all columns, and for each photograph why it has no row, else None.

    The image_id of a row is the number of its photograph in `images`. Columns are those of training rows; `own`
    computes those of the user's own features.
    """
    needed = _kinds(columns)
    pairs: list[_Pair] = []
    reasons: list[str | None] = []
    for row, image in enumerate(images):
        pair = _pair(row, image, neutrals, needed)
        reasons.append(pair if isinstance(pair, str) else None)
        if isinstance(pair, _Pair):
            pairs.append(pair)
    of_product = sorted(columns - {view.name for view in own})
    table = pa.table(
        {"image_id": pa.array([str(pair.row) for pair in pairs], pa.string())}
        | {name: _column(name, pairs) for name in of_product}
    )
    return _with_own(table, pairs, own, reasons) if own else table, reasons


def _with_own(table: pa.Table, pairs: Sequence[_Pair], own: Sequence[OwnView], reasons: list[str | None]) -> pa.Table:
    """Add the features of the user's own; leaves out photographs without one, and sets their reason."""
    kept: list[int] = []
    values: list[dict[str, Any]] = []
    for index, pair in enumerate(pairs):
        computed = own_prediction.compute_all(own, {SIZE: np.array(pair.size_px), **_inputs(table, index)})
        if isinstance(computed, str):
            reasons[pair.row] = computed
        else:
            kept.append(index)
            values.append(computed)
    table = table.take(pa.array(kept, pa.int64()))
    for view in own:
        rows = [row[view.name] for row in values]
        matrix = np.asarray(rows, np.float32).reshape(-1, len(view.declaration.columns))
        table = table.append_column(view.name, packed_vectors(matrix, np.ones(len(matrix), dtype=bool)))
    return table


def _inputs(table: pa.Table, index: int) -> dict[str, Any]:
    """Return the features of one row as the functions of views get them."""
    features: dict[str, Any] = {}
    for column in table.column_names:
        value = table.column(column)[index]
        if pa.types.is_binary(value.type):
            features["pixels" if column == "rgb" else column] = np.frombuffer(value.as_py(), np.uint8).reshape(
                PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS
            )
        elif isinstance(value, pa.FixedSizeListScalar):
            numbers = np.asarray(value.values.to_numpy(), np.float32)
            features[column] = numbers.reshape(LANDMARK_COUNT, AXES) if len(numbers) == VECTOR_LENGTH else numbers
    return features


def _kinds(columns: frozenset[str]) -> list[str]:
    """Return the kinds of deltas whose references these columns need."""
    needs = {RULE if name in REFERENCE_COLUMNS else name for name in columns & WITH_REFERENCE}
    return sorted(needs)


def _pair(row: int, image: ExtractionResult, neutrals: Neutrals | None, kinds: list[str]) -> _Pair | str:
    """Return a face with its references, or why it has no row."""
    if image.unreadable or image.header is None:
        return image.unreadable
    if not isinstance(image.face, Face):
        return NO_FACE
    xyz, size_px = image.face.xyz, image.header.size_px
    if not kinds:
        return _Pair(row, image, xyz, size_px, {})
    if neutrals is None:
        return NO_NEUTRAL
    references = neutrals.references_of(image.image_id, xyz, size_px)
    chosen: dict[str, Neutral] = {}
    for kind in kinds:
        if not references[kind].image_id:
            return reason_of(references[kind])
        chosen[kind] = neutrals.photographs[references[kind].image_id]
        if np.array_equal(chosen[kind].xyz, xyz):
            return SAME_PICTURE
    return _Pair(row, image, xyz, size_px, chosen)


def _column(name: str, pairs: list[_Pair]) -> Any:
    if name == "landmarks":
        return _vectors([pair.xyz for pair in pairs])
    if name == "reference_landmarks":
        return _vectors([pair.neutral[RULE].xyz for pair in pairs])
    if name == "rgb":
        return _thumbnails([pair.image.thumbnail for pair in pairs])
    if name == "bicubic_pixels":
        return _thumbnails([pair.image.bicubic for pair in pairs])
    if name == "reference_rgb":
        return _thumbnails([pair.neutral[RULE] for pair in pairs])
    faces = _stacked([pair.xyz for pair in pairs])
    if scalar := SCALAR_VIEW_BY_NAME.get(name):
        return _scalars(scalar, faces, pairs)
    references = _stacked([pair.neutral[name].xyz for pair in pairs])
    if name == "frontal_unit":
        return _vectors(list(deltas.frontal_unit(faces, references).xyz))
    sizes = np.array([pair.size_px for pair in pairs]).reshape(-1, 2)
    reference_sizes = np.array([pair.neutral[name].size_px for pair in pairs]).reshape(-1, 2)
    batch = deltas.aligned(faces, references, faces_size_px=sizes, references_size_px=reference_sizes)
    return _vectors(list(batch.xyz))


def _scalars(view: ScalarView, faces: FloatArray, pairs: list[_Pair]) -> pa.ChunkedArray:
    sizes = np.array([pair.size_px for pair in pairs]).reshape(-1, 2)
    values = view.transform(faces, sizes) if pairs else np.zeros((0, len(view.columns)))
    matrix = np.asarray(values, np.float32).reshape(-1, len(view.columns))
    return packed_vectors(matrix, np.ones(len(matrix), dtype=bool))


def _stacked(faces: list[FloatArray]) -> FloatArray:
    return np.asarray(faces, np.float32).reshape(-1, LANDMARK_COUNT, AXES)


def _vectors(vectors: list[FloatArray]) -> pa.ChunkedArray:
    matrix = np.asarray(vectors, np.float32).reshape(-1, VECTOR_LENGTH)
    return packed_vectors(matrix, np.ones(len(matrix), dtype=bool))


def _thumbnails(pictures: list[Any]) -> pa.Array:
    matrix = np.asarray([picture.rgb for picture in pictures], np.uint8).reshape(-1, PIXEL_BYTES)
    return packed_thumbnails(matrix, np.ones(len(matrix), dtype=bool))
