"""The answer to the page as a JSON document: pictures with their faces, the movement, and the predictions."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from affect_store.dashboards.figures.mesh import arrow_scale
from affect_store.flows.steps.neutral_photographs import MAX_TURN_DEG
from affect_store.flows.steps.prediction_frame import box_of
from affect_store.flows.steps.prediction_rows import NO_NEUTRAL
from affect_store.flows.webapp.analysis import Analysis
from affect_store.flows.webapp.movement import Movement
from affect_store.flows.webapp.systems import Prediction
from affect_store.store.features import decode
from affect_store.store.features.extract import ExtractionResult
from affect_store.store.features.picture_header import PictureHeader
from affect_store.store.features.references import NO_FACE, OWN_REFERENCE, SAME_PICTURE
from affect_store.store.types import Face

Document = dict[str, Any]

SHOWN_SIDE_PX = 900
"""A copy of a picture for the page is decoded at the smallest scale at which its longer side has this many pixels."""

LEAST_TOP = 0.05
"""Smallest upper end of the colours of movement, in inter-ocular distances: less is not shown as large."""

REASONS = {
    NO_FACE: "the photograph shows no face",
    NO_NEUTRAL: "needs a neutral photograph",
    OWN_REFERENCE: "the photograph and the neutral one are the same file",
    SAME_PICTURE: "the photograph and the neutral one are the same picture",
}
"""Reasons for no prediction, in the words of the page."""

_PROBLEMS = {"unreadable": "cannot be read", "damaged": "is damaged", "too large": "is too large"}
_PLACES = 4


def document_of(analysis: Analysis, photograph: bytes, neutral: bytes | None) -> Document:
    """Return the document of an analysis of these pictures."""
    return {
        "photograph": _picture(analysis.photograph, photograph),
        "neutral_photograph": _picture(analysis.neutral, neutral) if analysis.neutral and neutral is not None else None,
        "movement": _movement(analysis.movement) if analysis.movement else None,
        "predictions": [_prediction(prediction, analysis.photograph) for prediction in analysis.predictions],
    }


def _picture(image: ExtractionResult, data: bytes) -> Document:
    """Return what is shown of a picture; `problem` says why no face of it is used."""
    if image.header is None:
        category, _, detail = image.unreadable.partition(": ")
        return {"problem": f"{_PROBLEMS.get(category, category)}: {detail}"}
    width_px, height_px = image.header.size_px
    shown = {"width_px": width_px, "height_px": height_px, "copy": _copy(data, image.header)}
    if not isinstance(image.face, Face):
        return {**shown, "problem": "shows no face that the detector finds"}
    return {
        **shown,
        "problem": None,
        "box_px": box_of(image),
        "landmarks": _rounded(image.face.xyz[:, :2]),
        "face_count": image.face.face_count,
        "size_rank": image.face.face_size_rank,
    }


def _copy(data: bytes, header: PictureHeader) -> str | None:
    """Return an upright copy as a data URL of pictures that browsers do not show, or not upright; None of others."""
    if header.format != "TIFF" and header.orientation == 1:
        return None
    fitting = [scale for scale in decode.SCALES if max(header.size_px) * scale >= SHOWN_SIDE_PX]
    buffer = io.BytesIO()
    picture = Image.fromarray(decode.decode(data, min(fitting, default=1.0), header))
    picture.thumbnail((2 * SHOWN_SIDE_PX, 2 * SHOWN_SIDE_PX))
    picture.save(buffer, "JPEG", quality=90)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"


def _movement(movement: Movement) -> Document:
    top = max(float(np.ceil(np.percentile(movement.lengths, 99.5) * 100)) / 100, LEAST_TOP)
    return {
        "start": _rounded(movement.neutral[:, :2]),
        "delta": _rounded(movement.delta[:, :2]),
        "lengths": _rounded(movement.lengths),
        "top": top,
        "factor": arrow_scale(np.asarray(movement.delta, np.float64)),
        "groups": [[group.name, group.mean, group.largest] for group in movement.groups],
        "turn_deg": movement.turn_deg,
        "is_turned": movement.turn_deg > MAX_TURN_DEG,
    }


def _prediction(prediction: Prediction, photograph: ExtractionResult) -> Document:
    reason = prediction.reason
    if reason is not None:
        reason = "the photograph cannot be used" if photograph.unreadable else REASONS.get(reason, reason)
    return {
        "predicted": prediction.predicted,
        "emotions": list(prediction.emotions) if prediction.probabilities else [],
        "probabilities": list(prediction.probabilities),
        "reason": reason,
    }


def _rounded(values: NDArray[np.floating[Any]]) -> list[float]:
    return [round(value, _PLACES) for value in values.astype(np.float64).ravel().tolist()]
