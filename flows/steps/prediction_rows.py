"""Rows for a model from photographs that are not in the store, with the columns of training rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from affect_store.flows.steps import own_prediction
from affect_store.flows.steps.missing_features import UNREADABLE
from affect_store.flows.steps.neutral_photographs import Neutral, Neutrals, reason_of
from affect_store.flows.steps.trained_model import OF_ALIGNED, WITH_REFERENCE
from affect_store.store.engine.arrow_columns import packed_thumbnails, packed_vectors
from affect_store.store.errors import StoreError
from affect_store.store.extensions.own_view import PICTURE, SIZE, OwnView
from affect_store.store.features import deltas, feature_views
from affect_store.store.features.decode import SCALES
from affect_store.store.features.extract import LANDMARKS, ExtractionResult
from affect_store.store.features.feature_options import (
    MEAN_OF_REFERENCES,
    SINGLE_REFERENCE,
    FeatureOptions,
    all_options,
)
from affect_store.store.features.feature_views import BICUBIC_PIXELS, PIXELS
from affect_store.store.features.references import NO_FACE, SAME_PICTURE
from affect_store.store.features.scalar_values import NOT_COMPUTABLE, values_where_computable
from affect_store.store.features.scalar_view import ScalarView
from affect_store.store.features.scalar_views import SCALAR_VIEW_BY_NAME
from affect_store.store.offline import measure_rows, own_inputs, relative_rows
from affect_store.store.offline.reference_features import RULE
from affect_store.store.types import Face, FloatArray, SizeArray
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
    """A face, its reference by kind of delta, and the references that its aligned delta is averaged over."""

    row: int
    image: ExtractionResult
    xyz: FloatArray
    size_px: tuple[int, int]
    neutral: dict[str, Neutral]
    several: list[Neutral]


def extracted_features(columns: frozenset[str]) -> tuple[str, ...]:
    """Return the features that are extracted from photographs for these columns; landmarks always are."""
    pixels = (PIXELS,) if columns & {"rgb", "reference_rgb"} else ()
    return (LANDMARKS, *pixels, *((BICUBIC_PIXELS,) if "bicubic_pixels" in columns else ()))


def options_and_versions(
    run_id: str, versions: dict[str, str], own: Sequence[OwnView] = ()
) -> tuple[FeatureOptions, dict[str, str]]:
    """Return the options of the features of these versions, and all versions with these options.

    Of several that fit, such as those of a model that reads pixels only, the one with the fewest passes. `own` are the
    feature views of the user's own that compute some of them. Raises `StoreError` if this installation computes none
    of them: its values would be others than those of training.
    """
    for options in all_options(SCALES):
        computed = {view.feature: view.version for view in feature_views.chosen(options, published=[BICUBIC_PIXELS])}
        for view in own:
            computed[view.name] = view.version_of(computed).version
        if versions.items() <= computed.items():
            return options, computed
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
    references: str = SINGLE_REFERENCE,
    *,
    own: Sequence[OwnView] = (),
    photographs: Sequence[str | Path | bytes] = (),
) -> tuple[pa.Table, list[str | None]]:
    """Return the rows of the photographs that have all columns, and for each photograph why it has no row, else None.

    The image_id of a row is the number of its photograph in `images`. Columns are those of training rows; `references`
    says what aligned deltas refer to, `one` neutral photograph or the `mean` over those of the camera. `own` computes
    the columns of the user's own features, from `photographs`, the files or bytes of `images`, where a function takes
    the picture. All photographs count as those of the person whom `neutrals` show, to whom
    deltas may be relative.
    """
    needed = _kinds(columns)
    pairs: list[_Pair] = []
    reasons: list[str | None] = []
    for row, image in enumerate(images):
        pair = _pair(row, image, neutrals, needed)
        if isinstance(pair, _Pair) and references == MEAN_OF_REFERENCES and neutrals is not None and RULE in needed:
            pair = _with_several(pair, neutrals)
        reasons.append(pair if isinstance(pair, str) else None)
        if isinstance(pair, _Pair):
            pairs.append(pair)
    of_product = sorted(columns - {view.name for view in own})
    table = pa.table(
        {"image_id": pa.array([str(pair.row) for pair in pairs], pa.string())}
        | {name: _column(name, pairs) for name in of_product}
    )
    table, pairs = _without_null(table, pairs, reasons)
    return _with_own(table, pairs, own, photographs, reasons) if own else table, reasons


def _without_null(table: pa.Table, pairs: list[_Pair], reasons: list[str | None]) -> tuple[pa.Table, list[_Pair]]:
    """Leave out the photographs without a value of a scalar view, and set their reason."""
    is_complete = np.ones(len(pairs), bool)
    for column in table.columns:
        is_complete &= np.asarray(column.is_valid())
    if is_complete.all():
        return table, pairs
    for row in np.flatnonzero(~is_complete):
        reasons[pairs[row].row] = NOT_COMPUTABLE
    kept = np.flatnonzero(is_complete)
    return table.take(pa.array(kept)), [pairs[row] for row in kept]


def _with_own(
    table: pa.Table,
    pairs: Sequence[_Pair],
    own: Sequence[OwnView],
    photographs: Sequence[str | Path | bytes],
    reasons: list[str | None],
) -> pa.Table:
    """Add the features of the user's own; leaves out photographs without one, and sets their reason."""
    with_picture = own_prediction.needs_picture(own)
    kept: list[int] = []
    values: list[dict[str, Any]] = []
    for index, pair in enumerate(pairs):
        inputs = _own_inputs(table, index, pair, photographs[pair.row] if with_picture else None)
        computed = inputs if isinstance(inputs, str) else own_prediction.compute_all(own, inputs)
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


def _own_inputs(
    table: pa.Table, index: int, pair: _Pair, photograph: str | Path | bytes | None
) -> dict[str, Any] | str:
    """Return the inputs of functions for one photograph, with the picture if it is given, or why it cannot be read."""
    inputs = {SIZE: np.array(pair.size_px), **_inputs(table, index)}
    if photograph is None:
        return inputs
    picture = own_inputs.read_picture(pair.image.image_id, photograph)
    return f"{UNREADABLE}: {picture}" if isinstance(picture, str) else {**inputs, PICTURE: picture}


def _inputs(table: pa.Table, index: int) -> dict[str, Any]:
    """Return the features of one row as the functions of views get them."""
    features: dict[str, Any] = {}
    for column in table.column_names:
        value = table.column(column)[index]
        if pa.types.is_binary(value.type):
            features["pixels" if column == "rgb" else column] = np.frombuffer(value.as_py(), np.uint8).reshape(
                PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS
            )
        elif isinstance(value, pa.FixedSizeListScalar) and value.is_valid:
            numbers = np.asarray(value.values.to_numpy(), np.float32)
            features[column] = numbers.reshape(LANDMARK_COUNT, AXES) if len(numbers) == VECTOR_LENGTH else numbers
    return features


def _kinds(columns: frozenset[str]) -> list[str]:
    """Return the kinds of deltas whose references these columns need."""
    needs = {RULE if name in OF_ALIGNED else name for name in columns & WITH_REFERENCE}
    return sorted(needs)


def _pair(row: int, image: ExtractionResult, neutrals: Neutrals | None, kinds: list[str]) -> _Pair | str:
    """Return a face with its references, or why it has no row."""
    if image.unreadable or image.header is None:
        return image.unreadable
    if not isinstance(image.face, Face):
        return NO_FACE
    xyz, size_px = image.face.xyz, image.header.size_px
    if not kinds:
        return _Pair(row, image, xyz, size_px, {}, [])
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
    return _Pair(row, image, xyz, size_px, chosen, [chosen[RULE]] if RULE in chosen else [])


def _with_several(pair: _Pair, neutrals: Neutrals) -> _Pair:
    """Return a face with all references of its aligned delta, without those that show the same image."""
    ids = neutrals.several_of(pair.image.image_id, pair.xyz, pair.size_px)
    several = [neutrals.photographs[image_id] for image_id in ids]
    return replace(pair, several=[other for other in several if not np.array_equal(other.xyz, pair.xyz)])


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
    if scalar := SCALAR_VIEW_BY_NAME.get(name if name != measure_rows.COLUMN else ""):
        neutrals = [pair.neutral[RULE] for pair in pairs] if scalar.needs_reference else []
        of_reference = [_stacked([neutral.xyz for neutral in neutrals]), _sizes(neutrals)] if neutrals else []
        return _scalars(scalar, [faces, _sizes(pairs), *of_reference])
    if name == "frontal_unit":
        references = _stacked([pair.neutral[name].xyz for pair in pairs])
        return _vectors(list(deltas.frontal_unit(faces, references).xyz))
    if name == measure_rows.COLUMN:
        neutrals = [pair.neutral[RULE] for pair in pairs]
        references = _stacked([neutral.xyz for neutral in neutrals])
        return measure_rows.column_of(faces, _sizes(pairs), references, _sizes(neutrals))
    aligned = _vectors(list(_aligned(pairs).xyz))
    if name == relative_rows.COLUMN:
        return relative_rows.column_of(aligned, [""] * len(pairs))
    return aligned


def _aligned(pairs: list[_Pair]) -> deltas.DeltaBatch:
    """Return the aligned delta of each face, averaged over its references."""
    both = [(pair, neutral) for pair in pairs for neutral in pair.several]
    sizes, reference_sizes = _sizes([pair for pair, _ in both]), _sizes([neutral for _, neutral in both])
    faces, references = _stacked([pair.xyz for pair, _ in both]), _stacked([neutral.xyz for _, neutral in both])
    batch = deltas.aligned(faces, references, faces_size_px=sizes, references_size_px=reference_sizes)
    return deltas.mean_over(batch, np.array([len(pair.several) for pair in pairs], np.int64))


def _sizes(pictures: Sequence[_Pair | Neutral]) -> SizeArray:
    return np.array([picture.size_px for picture in pictures]).reshape(-1, 2)


def _scalars(view: ScalarView, arrays: Sequence[Any]) -> pa.Array:
    """Return a scalar view of `arrays`, which its transform gets, as a column; NULL where it cannot be computed."""
    count = len(arrays[0])
    matrix, is_valid = np.zeros((count, len(view.columns)), np.float32), np.zeros(count, bool)
    if count:
        values, is_valid = values_where_computable(view, arrays)
        matrix[is_valid] = values
    return pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), matrix.shape[1], mask=pa.array(~is_valid))


def _stacked(faces: list[FloatArray]) -> FloatArray:
    return np.asarray(faces, np.float32).reshape(-1, LANDMARK_COUNT, AXES)


def _vectors(vectors: list[FloatArray]) -> pa.ChunkedArray:
    matrix = np.asarray(vectors, np.float32).reshape(-1, VECTOR_LENGTH)
    return packed_vectors(matrix, np.ones(len(matrix), dtype=bool))


def _thumbnails(pictures: list[Any]) -> pa.Array:
    matrix = np.asarray([picture.rgb for picture in pictures], np.uint8).reshape(-1, PIXEL_BYTES)
    return packed_thumbnails(matrix, np.ones(len(matrix), dtype=bool))
