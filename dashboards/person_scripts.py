"""One script file per person: mean deltas, photographs and predictions; a page loads it when the person is selected.

They are scripts because a page opened from disk cannot load any other kind of file. Vectors are packed: 16-bit
integers, little endian, base64, times a scale. Nothing is written to disk here.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from affect_store.dashboards import formatting
from affect_store.dashboards.figures import outline
from affect_store.dashboards.frames import Frames
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT, VECTOR_LENGTH

FOLDER = "people"
EVERYONE = "everyone"
"""Name of the file with the mean deltas over all people."""

NO_REFERENCE, HIDDEN_REFERENCE = -1, -2
"""Reference index of a prediction without a photograph to show: the system uses no reference, or the reference
photograph has been excluded since."""

_LARGEST = 32767


def subjects(frames: Frames) -> list[str]:
    """List all people with deltas or photographs."""
    return sorted({*frames.mean_deltas["subject_id"], *frames.photographs["subject_id"]})


def href(subject: str | None) -> str:
    """Return the relative address of a person's file, or of the file for all people if `subject` is None."""
    return f"{FOLDER}/{EVERYONE if subject is None else f'p-{formatting.slug(subject)}'}.js"


def scripts(frames: Frames) -> Iterator[tuple[str, str]]:
    """Yield the address and text of each person's script, first that for all people."""
    mean_deltas = frames.mean_deltas.partition_by("subject_id", as_dict=True)
    photographs = frames.photographs.partition_by("subject_id", as_dict=True)
    own = frames.predictions.join(frames.photographs.select("image_id", "subject_id"), on="image_id")
    predictions = own.partition_by("subject_id", as_dict=True)
    index = RunIndex(frames)
    yield href(None), _text(href(None), {"mean_deltas": _packed_deltas(mean_over_people(frames.mean_deltas))})
    for subject in subjects(frames):
        own_photographs = photographs.get((subject,), frames.photographs.clear())
        content = {
            "mean_deltas": _packed_deltas(mean_deltas.get((subject,), frames.mean_deltas.clear())),
            "photographs": [_photograph(row) for row in own_photographs.iter_rows(named=True)],
            "predictions": index.rows(predictions.get((subject,), own.clear()), own_photographs["image_id"].to_list()),
        }
        yield href(subject), _text(href(subject), content)


class RunIndex:
    """Indices of the runs in the lists of the lineage page: predictions refer to runs by index."""

    def __init__(self, frames: Frames) -> None:
        self.runs = sorted(set(frames.predictions["run_id"]))
        self.prediction_runs = frames.prediction_runs["run_id"].to_list()

    def rows(self, predictions: pl.DataFrame, image_ids: list[str]) -> list[list[Any]]:
        """Encode predictions: photograph, run, run that made it, truth, predicted, both probabilities, reference.

        Photographs and runs are indices; see `NO_REFERENCE` and `HIDDEN_REFERENCE`.
        """
        photograph = {image_id: k for k, image_id in enumerate(image_ids)}
        run = {run_id: k for k, run_id in enumerate(self.runs)}
        made_by = {run_id: k for k, run_id in enumerate(self.prediction_runs)}

        def reference(image_id: str | None) -> int:
            return NO_REFERENCE if image_id is None else photograph.get(image_id, HIDDEN_REFERENCE)

        return [
            [
                photograph[row["image_id"]], run[row["run_id"]], made_by.get(row["made_by"], -1), row["truth"],
                row["predicted"], round(row["truth_prob"], 3), round(row["predicted_prob"], 3),
                reference(row["reference_image_id"]),
            ]
            for row in predictions.iter_rows(named=True)
        ]  # fmt: skip


def mean_over_people(mean_deltas: pl.DataFrame) -> pl.DataFrame:
    """Average over all photographs for each emotion, camera and kind of delta, in the columns of `mean_deltas`."""
    keys = ["emotion", "camera_angle_deg", "feature"]
    means = []
    for values, own in mean_deltas.partition_by(keys, as_dict=True).items():
        counts = own["n"].to_numpy()
        mean = np.average(_matrix(own), axis=0, weights=counts)
        means.append((*values, mean.astype(np.float32), int(counts.sum())))
    if not means:
        return mean_deltas.clear()
    columns = dict(zip((*keys, "mean_delta", "n"), zip(*means, strict=True), strict=True))
    vectors = pl.Series("mean_delta", np.stack(columns["mean_delta"]), dtype=pl.Array(pl.Float32, VECTOR_LENGTH))
    return pl.DataFrame({**columns, "mean_delta": vectors, "subject_id": [""] * len(means)})


def packed(values: NDArray[np.floating[Any]]) -> dict[str, Any]:
    """Pack numbers into two bytes each; the error is at most half of `scale`."""
    flat = np.asarray(values, dtype=np.float64).ravel()
    scale = max(float(np.abs(flat).max(initial=0.0)), 1e-9) / _LARGEST
    data = np.round(flat / scale).astype("<i2").tobytes()
    return {"scale": float(f"{scale:.9g}"), "data": base64.b64encode(data).decode("ascii")}


def _matrix(mean_deltas: pl.DataFrame) -> NDArray[np.float64]:
    return np.asarray(mean_deltas["mean_delta"].to_numpy().reshape(-1, VECTOR_LENGTH), dtype=np.float64)


def _packed_deltas(frame: pl.DataFrame) -> dict[str, Any]:
    matrix = _matrix(frame)
    return {
        f"{row['feature']}|{row['emotion']}|{row['camera_angle_deg']}": {"n": row["n"], **packed(matrix[k])}
        for k, row in enumerate(frame.drop("mean_delta").iter_rows(named=True))
    }


def _photograph(row: dict[str, Any]) -> dict[str, Any]:
    photograph = {
        "id": row["image_id"],
        "path": formatting.visible(row["path"], 200),
        "emotion": row["emotion"],
        "camera": row["camera_angle_deg"],
        "gaze": row["gaze"],
        "version": row["version"],
    }
    if row["xyz"] is not None:
        points = np.asarray(row["xyz"], dtype=np.float64).reshape(LANDMARK_COUNT, AXES)[list(outline.drawn()), :2]
        photograph["face"] = packed(points * [row["width_px"] / row["height_px"], 1.0])
    return photograph


def _text(name: str, content: dict[str, Any]) -> str:
    return f"affectPeople.take({json.dumps(name)}, {json.dumps(content)});\n"
