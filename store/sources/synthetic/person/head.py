"""The base mesh: a smooth head without features, as a geometry image (Gu et al. 2002).

A geometry image is a grid of points: rows run from the crown over the face to under the chin, columns run around the
head from the back over the subject's right, the front and left to the back again. The grid itself does not deform;
features are displacement (`geometry`) and paint (`texture`) at positions in head coordinates, centimetres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter1d

from affect_store.store.sources.synthetic.drawing.shape_functions import Field, smoothstep
from affect_store.store.sources.synthetic.person.identity import Skull

ROWS, COLUMNS = 322, 241
TEXELS_PER_STEP = 2
"""Texels per grid step, in both directions."""

TEXTURE_SHAPE = (ROWS * TEXELS_PER_STEP, COLUMNS * TEXELS_PER_STEP)
VERTEX_STEP = 3
"""Every third grid point is a vertex of the rendered mesh; texture and shading keep the full resolution."""

TEXELS_PER_VERTEX = VERTEX_STEP * TEXELS_PER_STEP

# Cross sections from under the chin to the crown: height y, half width, z at the front, z at the back, and by how much
# the sides are raised over the front (which tilts the low sections into a jaw line). Centimetres.
SECTIONS = np.array(
    [
        [-10.20, 3.20, 1.50, -6.00, 3.60],
        [-11.20, 3.90, 4.30, -7.00, 4.00],
        [-11.90, 4.50, 6.90, -7.60, 4.30],  # menton
        [-11.40, 4.95, 8.15, -8.00, 4.10],
        [-10.40, 5.45, 8.60, -8.30, 3.50],  # pogonion
        [-9.00, 5.90, 8.40, -8.60, 2.70],  # hollow between lip and chin
        [-7.40, 6.30, 8.75, -9.00, 1.70],  # mouth
        [-5.40, 6.65, 8.85, -9.40, 0.80],  # under the nose
        [-3.00, 6.95, 8.70, -9.90, 0.25],
        [0.00, 7.10, 8.60, -10.30, 0.00],  # eyes
        [2.00, 7.20, 8.85, -10.50, 0.00],  # brows
        [4.50, 7.25, 8.60, -10.50, 0.00],
        [6.90, 6.75, 7.40, -10.00, 0.00],
        [9.00, 5.45, 5.30, -8.40, 0.00],
        [10.60, 3.65, 2.30, -5.70, 0.00],
        [11.40, 1.80, -0.20, -3.50, 0.00],
        [11.65, 0.05, -1.75, -1.85, 0.00],  # crown
    ],
    np.float32,
)
MENTON = 2
CENTRE_Z = -1.0
SQUARENESS = 0.075
"""By what share a section exceeds an ellipse at 45 degrees."""

ROW_SMOOTHING = 5.0


def _section_positions() -> Field:
    """Return the position of each section along the rows, 0..1, by arc length; scalp and under-chin get fewer rows."""
    steps = np.hypot(np.diff(SECTIONS[:, 0]), np.diff(SECTIONS[:, 2]))
    density = np.where(SECTIONS[1:, 0] > 5, 0.42, 1.0)
    density[:MENTON] = 0.35
    positions = np.concatenate([[0.0], np.cumsum(steps * density)])
    scaled: Field = positions / positions[-1]
    return scaled


SECTION_POSITIONS = _section_positions()
ROW_POSITIONS = np.linspace(1, 0, ROWS)
CHIN_ROW = int(np.argmax(SECTION_POSITIONS[MENTON] > ROW_POSITIONS))
"""First row under the chin: rows from here on carry no features."""

_ACROSS = np.linspace(-1, 1, COLUMNS)
AZIMUTH_RAD: Field = (np.pi * (0.42 * _ACROSS + 0.58 * _ACROSS**3)).astype(np.float32)
"""Azimuth of each column, (COLUMNS,): 0 in front, positive to the subject's left, sampled more densely in front."""


@dataclass(frozen=True)
class BaseMesh:
    """Coordinates of the grid's points, each (ROWS, COLUMNS) float32, centimetres."""

    x: Field
    y: Field
    z: Field


def base_mesh(skull: Skull) -> BaseMesh:
    """Return the head of these proportions, at rest and without features."""
    profile = PchipInterpolator(SECTION_POSITIONS, _sections(skull), axis=0)(ROW_POSITIONS)
    smooth = gaussian_filter1d(profile, ROW_SMOOTHING, axis=0, mode="nearest")
    smooth[:12] = profile[:12]
    height, half_width, front, back, lift = (column[:, None] for column in smooth.astype(np.float32).T)
    sine, cosine = np.sin(AZIMUTH_RAD)[None], np.cos(AZIMUTH_RAD)[None]
    centre = CENTRE_Z + np.clip((-6 - height) / 5, 0, 1) * 0.6
    centre = np.where(front < centre + 0.3, (front + back) / 2, centre)
    fullness = 1 + SQUARENESS * np.sin(2 * AZIMUTH_RAD)[None] ** 2 * np.where(cosine > 0, 1, 0.6)
    reach = np.where(cosine > 0, front - centre, centre - back)
    return BaseMesh(
        x=(half_width * sine * fullness).astype(np.float32),
        y=(height + lift * smoothstep(np.abs(AZIMUTH_RAD)[None], 0.2, 1.75)).astype(np.float32),
        z=(centre + reach * cosine * fullness).astype(np.float32),
    )


def _sections(skull: Skull) -> Field:
    """Return `SECTIONS` scaled to the skull's proportions."""
    sections = SECTIONS.copy()
    height, half_width, front = sections[:, 0].copy(), sections[:, 1], sections[:, 2]
    half_width *= skull.width
    half_width *= 1 + (skull.jaw - 1) * np.clip((-3 - height) / 6, 0, 1)
    half_width[: MENTON + 1] *= skull.chin_width
    sections[:, 0] = np.where(height < 0, height * skull.length, height)
    chin = np.clip((-8 - height) / 3.5, 0, 1)
    sections[:, 0] -= 0.6 * skull.chin * chin
    front += 0.35 * skull.chin * chin
    front += skull.forehead * np.exp(-(((height - 5) / 2.8) ** 2))
    sections[:, 2:4] *= skull.depth
    scaled: Field = sections
    return scaled
