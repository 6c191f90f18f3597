"""The frame of predictions of photographs: one row each, with the box of the face, or the reason for no prediction."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from affect_store.store.emotion_classes import EIGHT, Classes
from affect_store.store.features.extract import ExtractionResult
from affect_store.store.sources.text import escape_undecodable
from affect_store.store.types import Face, FloatArray

BOX = ("face_left_px", "face_top_px", "face_width_px", "face_height_px")

Schema = dict[str, type[pl.DataType]]
Box = tuple[int, int, int, int]


def schema_of(classes: Classes) -> Schema:
    """Return the columns of the frame, with one of probabilities per class of the model."""
    return {
        **dict.fromkeys(("path", "subject", "model", "predicted"), pl.String),
        **dict.fromkeys(classes.probabilities, pl.Float32),
        **dict.fromkeys(BOX, pl.Int32),
        "reason": pl.String,
    }


SCHEMA = schema_of(EIGHT)
"""The columns of the frame for a model of the eight emotions."""


def face_box(xyz: FloatArray, size_px: tuple[int, int]) -> Box:
    """Return left, top, width and height in pixels of the landmarks (468, 3), image-normalised, within the picture."""
    corners_px = np.stack([xyz[:, :2].min(axis=0), xyz[:, :2].max(axis=0)]) * np.array(size_px)
    low, high = np.floor(corners_px[0]).clip(0, size_px), np.ceil(corners_px[1]).clip(0, size_px)
    return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])


def box_of(image: ExtractionResult) -> Box | None:
    """Return the box of the face in a photograph; None without a face."""
    if image.header is None or not isinstance(image.face, Face):
        return None
    return face_box(image.face.xyz, image.header.size_px)


def prediction_frame(
    paths: Sequence[Path],
    images: Sequence[ExtractionResult],
    reasons: Sequence[str | None],
    predictions: pl.DataFrame | None,
    subject: str | None,
    model: str,
    classes: Classes = EIGHT,
) -> pl.DataFrame:
    """Return the rows of photographs with the columns of `schema_of(classes)`.

    `predictions` has image_id, which is the number of the photograph, the predicted emotion and the probabilities.
    """
    rows = pl.DataFrame(
        {
            "image_id": [str(row) for row in range(len(paths))],
            "path": [escape_undecodable(str(path)) for path in paths],
            "subject": [subject] * len(paths),
            "model": [model] * len(paths),
            "reason": list(reasons),
        },
        schema={"image_id": pl.String, **dict.fromkeys(("path", "subject", "model", "reason"), pl.String)},
    )
    boxes = pl.DataFrame(
        [box_of(image) or (None,) * len(BOX) for image in images], schema=dict.fromkeys(BOX, pl.Int32), orient="row"
    )
    if predictions is None:
        nothing = {"image_id": pl.String, "predicted": pl.String, **dict.fromkeys(classes.probabilities, pl.Float32)}
        predictions = pl.DataFrame(schema=nothing)
    joined = rows.hstack(boxes).join(predictions, on="image_id", how="left", maintain_order="left")
    return joined.select(list(schema_of(classes)))
