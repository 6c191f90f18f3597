"""The inputs of a user's own feature views: stored features, and pictures decoded from their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.feature_sql import view_sql
from affect_store.store.errors import UnreadablePhotoError
from affect_store.store.extensions.own_view import PICTURE, SIZE
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT, PIXEL_CHANNELS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

Arrays = dict[str, NDArray[Any]]
"""An array by image_id."""

_THREADS = 4
_FACES = frozenset({"landmarks", "aligned", "frontal_unit"})


def stored_values(
    connection: Connection, feature: str, view_version: tuple[str, str], image_ids: Sequence[str], moment: object
) -> Arrays:
    """Return the values of a feature at a time, by image_id: landmarks and deltas (468, 3), pixels (128, 85, 3) uint8,
    others (k,) float32."""
    view, version = view_version
    parameters = {"version": version, "moment": moment, "image_ids": list(image_ids)}
    table = connection.execute(view_sql("select_values", view), parameters).to_arrow_table()
    ids = table.column("image_id").to_pylist()
    return {key: _array(value, feature) for key, value in zip(ids, table.column("value"), strict=True)}


def _array(value: pa.Scalar, feature: str) -> NDArray[Any]:
    if pa.types.is_binary(value.type):
        return np.frombuffer(value.as_py(), np.uint8).reshape(PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS)
    numbers = np.asarray(value.values.to_numpy(), np.float32)
    return numbers.reshape(LANDMARK_COUNT, AXES) if feature in _FACES else numbers


def unstored_values(photographs: pl.DataFrame, inputs: Sequence[str]) -> tuple[Mapping[str, Arrays], dict[str, str]]:
    """Return sizes and pictures of photographs (image_id, path, width_px, height_px), as far as they are inputs, and
    the reason for each photograph that cannot be read.

    A picture is that of the catalogue only if its bytes are: a file that was replaced since counts as unreadable.
    """
    ids = photographs["image_id"].to_list()
    values: dict[str, Arrays] = {}
    if SIZE in inputs:
        values[SIZE] = dict(zip(ids, photographs.select("width_px", "height_px").to_numpy().astype(int), strict=True))
    if PICTURE not in inputs:
        return values, {}
    with ThreadPoolExecutor(_THREADS) as pool:
        pictures = list(pool.map(read_picture, ids, photographs["path"]))
    read = dict(zip(ids, pictures, strict=True))
    values[PICTURE] = {key: picture for key, picture in read.items() if not isinstance(picture, str)}
    return values, {key: picture for key, picture in read.items() if isinstance(picture, str)}


def read_picture(image_id: str, photograph: str | Path | bytes) -> NDArray[np.uint8] | str:
    """Return the upright photograph in a file, or of these bytes, uint8 RGB (height, width, 3), or why there is none.

    Bytes that are not those of the image_id are no picture of it.
    """
    from affect_store.store.features.decode import decode
    from affect_store.store.features.photo_files import image_id_of_bytes, read_photo_file
    from affect_store.store.features.picture_header import read_header

    try:
        data = photograph if isinstance(photograph, bytes) else read_photo_file(Path(photograph))
        if image_id_of_bytes(data) != image_id:
            return "the file has other bytes than when it was read first"
        return decode(data, header=read_header(data))
    except (OSError, UnreadablePhotoError) as error:
        return " ".join(str(getattr(error, "strerror", None) or error).split())[:200]
