"""What is known of each person, in a script file of its own: a page loads it when somebody asks for that person, which
a page that was opened from disk could not do with any other kind of file.

Vectors are packed: 16-bit integers, little endian, base64, times a scale. Nothing is written here.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dashboards import words
from dashboards.figures import outline
from dashboards.frames import Frames
from store.vocabulary import AXES, LANDMARK_COUNT, VECTOR_LENGTH

FOLDER = "people"
EVERYONE = "everyone"
"""The file of all people together: mean movements, no photographs."""

_LARGEST = 32767


def subjects(frames: Frames) -> list[str]:
    """Everybody of whom there is something to show."""
    known = {*frames.movements["subject_id"], *frames.photographs["subject_id"]}
    return sorted(known)


def href(subject: str | None) -> str:
    """Where the file of a person lies; of everybody together for None."""
    return f"{FOLDER}/{EVERYONE if subject is None else f'p-{words.slug(subject)}'}.js"


def scripts(frames: Frames) -> Iterator[tuple[str, str]]:
    """File and text of everybody's script, and of the one of all together."""
    movements = frames.movements.partition_by("subject_id", as_dict=True)
    photographs = frames.photographs.partition_by("subject_id", as_dict=True)
    own = frames.predictions.join(frames.photographs.select("image_id", "subject_id"), on="image_id")
    predictions = own.partition_by("subject_id", as_dict=True)
    places = Places(frames)
    yield href(None), _text(href(None), {"movements": _movements(together(frames.movements))})
    for subject in subjects(frames):
        pictures = photographs.get((subject,), frames.photographs.clear())
        told = {
            "movements": _movements(movements.get((subject,), frames.movements.clear())),
            "photographs": [_photograph(row) for row in pictures.iter_rows(named=True)],
            "predictions": places.of(predictions.get((subject,), own.clear()), pictures["image_id"].to_list()),
        }
        yield href(subject), _text(href(subject), told)


class Places:
    """Where runs stand in the lists that the page of the lineage holds: predictions name them by these places."""

    def __init__(self, frames: Frames) -> None:
        self.runs = sorted(set(frames.predictions["run_id"]))
        self.makers = frames.makers["run_id"].to_list()

    def of(self, predictions: pl.DataFrame, image_ids: list[str]) -> list[list[Any]]:
        """Photograph, run, maker, truth, predicted, their two probabilities, reference (-1 where the system uses none,
        -2 where it is not among the photographs that are shown)."""
        photograph = {one: place for place, one in enumerate(image_ids)}
        run = {one: place for place, one in enumerate(self.runs)}
        maker = {one: place for place, one in enumerate(self.makers)}
        return [
            [
                photograph[row["image_id"]], run[row["run_id"]], maker.get(row["made_by"], -1), row["truth"],
                row["predicted"], round(row["truth_prob"], 3), round(row["predicted_prob"], 3),
                photograph.get(row["reference_image_id"], -1 if row["reference_image_id"] is None else -2),
            ]
            for row in predictions.iter_rows(named=True)
        ]  # fmt: skip


def together(movements: pl.DataFrame) -> pl.DataFrame:
    """The mean over all photographs for each emotion, camera and kind, in the columns of `movements`."""
    keys = ["emotion", "camera_angle_deg", "feature"]
    found = []
    for values, own in movements.partition_by(keys, as_dict=True).items():
        counts = own["n"].to_numpy()
        mean = np.average(_matrix(own), axis=0, weights=counts)
        found.append((*values, mean.astype(np.float32), int(counts.sum())))
    columns = dict(zip((*keys, "mean_delta", "n"), zip(*found, strict=True), strict=True)) if found else {}
    if not columns:
        return movements.clear()
    vectors = pl.Series("mean_delta", np.stack(columns["mean_delta"]), dtype=pl.Array(pl.Float32, VECTOR_LENGTH))
    return pl.DataFrame({**columns, "mean_delta": vectors, "subject_id": [""] * len(found)})


def packed(values: NDArray[np.floating]) -> dict[str, Any]:
    """Numbers in two bytes each; off by half of `scale` at most."""
    flat = np.asarray(values, dtype=np.float64).ravel()
    scale = max(float(np.abs(flat).max(initial=0.0)), 1e-9) / _LARGEST
    data = np.round(flat / scale).astype("<i2").tobytes()
    return {"scale": float(f"{scale:.9g}"), "data": base64.b64encode(data).decode("ascii")}


def _matrix(movements: pl.DataFrame) -> NDArray[np.float64]:
    return np.asarray(movements["mean_delta"].to_numpy().reshape(-1, VECTOR_LENGTH), dtype=np.float64)


def _movements(frame: pl.DataFrame) -> dict[str, Any]:
    matrix = _matrix(frame)
    return {
        f"{row['feature']}|{row['emotion']}|{row['camera_angle_deg']}": {"n": row["n"], **packed(matrix[place])}
        for place, row in enumerate(frame.drop("mean_delta").iter_rows(named=True))
    }


def _photograph(row: dict[str, Any]) -> dict[str, Any]:
    told = {
        "id": row["image_id"],
        "path": words.visible(row["path"], 200),
        "emotion": row["emotion"],
        "camera": row["camera_angle_deg"],
        "gaze": row["gaze"],
        "version": row["version"],
    }
    if row["xyz"] is not None:
        points = np.asarray(row["xyz"], dtype=np.float64).reshape(LANDMARK_COUNT, AXES)[list(outline.drawn()), :2]
        told["face"] = packed(points * [row["width_px"] / row["height_px"], 1.0])
    return told


def _text(name: str, told: dict[str, Any]) -> str:
    return f"affectPeople.take({json.dumps(name)}, {json.dumps(told)});\n"
