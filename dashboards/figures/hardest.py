"""Cards of the hardest photographs of a run: drawings of the landmarks, or thumbnails if faces are published."""

from __future__ import annotations

import base64
import io
from typing import Any

import polars as pl
from PIL import Image

from affect_store.dashboards import formatting
from affect_store.dashboards.figures import outline
from affect_store.store.vocabulary import PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

MAX_CARDS = 12
_SHORT = 12


def cards(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Build a card per misclassified photograph of one run, lowest probability of the true emotion first."""
    rows = frame.sort("truth_prob", "image_id").head(MAX_CARDS)
    return [_card(row) for row in rows.iter_rows(named=True)]


def _card(row: dict[str, Any]) -> dict[str, Any]:
    view, path = ("", "") if row["xyz"] is None else outline.svg(row["xyz"], row["width_px"], row["height_px"])
    labels = (
        f"subject {formatting.visible(row['subject_id'], 30)}, camera {row['camera_angle_deg']}°, gaze {row['gaze']}"
    )
    return {
        "view": view,
        "path": path,
        "src": "" if row["rgb"] is None else _source(row["rgb"]),
        "alt": f"{'Landmarks' if row['rgb'] is None else 'Thumbnail'} of {labels}",
        "truth": row["truth"],
        "predicted": row["predicted"],
        "probabilities": f"{row['truth_prob']:.2f} vs {row['predicted_prob']:.2f}",
        "labels": labels,
        "image_id": f"{row['image_id']} {formatting.visible(row['path'], 200)}",
        "short": row["image_id"][:_SHORT],
    }


def _source(rgb: bytes) -> str:
    """Encode a thumbnail as a data URI."""
    file = io.BytesIO()
    Image.frombytes("RGB", (PIXEL_WIDTH_PX, PIXEL_HEIGHT_PX), rgb).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"
