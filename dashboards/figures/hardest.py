"""The photographs that a run got most wrong, as cards: a line drawing of the landmarks, or the thumbnail where faces
are published."""

from __future__ import annotations

import base64
import io
from typing import Any

import polars as pl
from PIL import Image

from dashboards import words
from dashboards.figures import outline
from store.vocabulary import PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

MOST = 12
_SHORT = 12


def cards(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """One card a photograph of one run, the hardest first: drawing or thumbnail, what was asked and said, which."""
    rows = frame.sort("truth_prob", "image_id").head(MOST)
    return [_card(row) for row in rows.iter_rows(named=True)]


def _card(row: dict[str, Any]) -> dict[str, Any]:
    view, path = ("", "") if row["xyz"] is None else outline.svg(row["xyz"], row["width_px"], row["height_px"])
    labels = f"person {words.visible(row['subject_id'], 30)}, camera {row['camera_angle_deg']}°, gaze {row['gaze']}"
    return {
        "view": view,
        "path": path,
        "src": "" if row["rgb"] is None else _source(row["rgb"]),
        "alt": f"{'Landmarks' if row['rgb'] is None else 'Thumbnail'} of {labels}",
        "truth": row["truth"],
        "predicted": row["predicted"],
        "odds": f"{row['truth_prob']:.2f} against {row['predicted_prob']:.2f}",
        "labels": labels,
        "image_id": f"{row['image_id']} {words.visible(row['path'], 200)}",
        "short": row["image_id"][:_SHORT],
    }


def _source(rgb: bytes) -> str:
    """The thumbnail as an address that holds the picture itself."""
    file = io.BytesIO()
    Image.frombytes("RGB", (PIXEL_WIDTH_PX, PIXEL_HEIGHT_PX), rgb).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"
