"""One person's neutral face and each expression side by side, as line drawings with landmarks and arrows, as SVG.

Both faces are in the inter-ocular distances of the neutral one, seen from the camera: x to the right of the image, y
downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from affect_store.dashboards import formatting
from affect_store.dashboards.figures import outline
from affect_store.dashboards.figures.mesh import FloatArray, vectors
from affect_store.store.features.alignment import align_to_references, inter_ocular, to_pixels
from affect_store.store.vocabulary import NEUTRAL

UNIT = 40
"""Inter-ocular distance in units of the drawing."""

MARGIN = 12
SHORTEST_ARROW = 0.02
"""Shortest movement that is drawn as an arrow, in inter-ocular distances; most others are noise of the landmarks."""

HEAD = 2.2
"""Length of an arrow's head in units of the drawing."""


@dataclass(frozen=True)
class FacePair:
    """A drawing: `strokes` and `dots` of the neutral face on the left and of the expression on the right, and `arrows`
    on the right, each the `d` attribute of a path within `view_box`."""

    emotion: str
    view_box: str
    strokes: str
    dots: str
    arrows: str
    alt: str


def pairs(example_faces: pl.DataFrame) -> list[FacePair]:
    """Draw each row of the frame `example_faces`."""
    return [_pair(row) for row in example_faces.iter_rows(named=True)]


def _pair(row: dict[str, Any]) -> FacePair:
    neutral, expression = _in_one_frame(row)
    low, high = neutral.min(axis=0) - MARGIN, neutral.max(axis=0) + MARGIN
    low, high = np.minimum(low, expression.min(axis=0) - MARGIN), np.maximum(high, expression.max(axis=0) + MARGIN)
    width, height = high - low
    left, start, right = neutral - low, neutral - low + [width, 0], expression - low + [width, 0]
    lengths = np.linalg.norm(right - start, axis=1) / UNIT
    moved = lengths >= SHORTEST_ARROW
    furthest = int(lengths.argmax())
    alt = (
        f"Two line drawings of one person, {NEUTRAL} and {row['emotion']}, with landmarks; arrows show the movement of "
        f"{formatting.count(int(moved.sum()), 'landmark')}, at most {lengths[furthest]:.2f} inter-ocular distances."
    )
    return FacePair(
        emotion=row["emotion"],
        view_box=f"0 0 {2 * width:.0f} {height:.0f}",
        strokes="".join(outline.stroke(face[list(line)]) for face in (left, right) for line in outline.lines()),
        dots="".join(f"M{x:.1f} {y:.1f}h0" for face in (left, right) for x, y in face),
        arrows="".join(_arrow(*ends) for ends in zip(start[moved], right[moved], strict=True)),
        alt=alt,
    )


def _in_one_frame(row: dict[str, Any]) -> tuple[FloatArray, FloatArray]:
    """Return x and y of both faces, (468, 2) each in units of the drawing, the expression aligned with the neutral face
    by the landmarks that expressions hardly move."""
    sizes = [[row["width_px"], row["height_px"]], [row["reference_width_px"], row["reference_height_px"]]]
    faces = np.stack([vectors(row["xyz"]), vectors(row["reference_xyz"])])
    in_pixels = to_pixels(faces, np.asarray(sizes, dtype=np.float64))
    expression, neutral = in_pixels[:1], in_pixels[1:]
    scale = UNIT / inter_ocular(neutral)[0]
    aligned = align_to_references(expression, neutral)
    return np.asarray(neutral[0, :, :2] * scale), np.asarray(aligned[0, :, :2] * scale)


def _arrow(start: FloatArray, tip: FloatArray) -> str:
    direction = (tip - start) / np.linalg.norm(tip - start)
    across = np.array([-direction[1], direction[0]])
    length = min(HEAD, float(np.linalg.norm(tip - start)))
    barbs = [tip - length * direction + side * 0.5 * length * across for side in (1, -1)]
    return f"{outline.stroke(np.stack([start, tip]))}{outline.stroke(np.stack([barbs[0], tip, barbs[1]]))}"
