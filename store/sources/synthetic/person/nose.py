"""The nose: its shape under action units, its displacement, and the paint of creases and nostrils. Centimetres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from affect_store.store.sources.synthetic.drawing.shape_functions import (
    Field,
    coverage,
    gaussian,
    monotone_spline,
    piecewise_linear,
    smoothstep,
)
from affect_store.store.sources.synthetic.person.canvas import Canvas, Patch
from affect_store.store.sources.synthetic.person.expression import ActionUnits
from affect_store.store.sources.synthetic.person.identity import Nose

NOSTRIL = (26, 24, 46)
ROOT_Y = 0.3
"""Height of the nose's root; the ridge's profile spans from it to the tip, however short the nose is."""


@dataclass(frozen=True)
class NoseShape:
    """Height (y) of the tip, distance of the wings' centres from the midline, and the person's factors."""

    tip: float
    wing: float
    width: float
    height: float
    bridge: float


def nose_shape(nose: Nose, units: ActionUnits) -> NoseShape:
    """Return the nose under these action units: AU9 pulls the tip up and the wings apart."""
    up = 0.34 * units.nose_wrinkler + 0.12 * units.upper_lip_raiser - 0.06 * units.corner_depressor
    wider = 0.10 * units.nose_wrinkler + 0.08 * units.corner_puller + 0.05 * units.upper_lip_raiser
    return NoseShape(
        tip=-4.35 * nose.length + up,
        wing=1.28 * nose.width * (1 + wider),
        width=nose.width,
        height=nose.height,
        bridge=nose.bridge,
    )


def nose_displacement(patch: Patch, shape: NoseShape) -> Field:
    """Return the displacement of ridge, tip and wings."""
    tip, bridge = shape.tip, shape.bridge
    root = ROOT_Y - tip
    ridge_height = shape.height * monotone_spline(
        patch.y,
        (
            *(tip - below for below in (1.35, 0.95, 0.72, 0.35, 0.0)),
            *(tip + share * root for share in (0.118, 0.376, 0.70, 1.0)),
            ROOT_Y + 1.1,
            ROOT_Y + 2.3,
        ),
        (0, 0.20, 0.78, 1.50, 1.72, 1.62, 1.28 + bridge, 0.82 + bridge, 0.44 + 0.6 * bridge, 0.24, 0),
    )
    ridge_width = shape.width * piecewise_linear(
        patch.y, (tip - 1, tip, tip + 0.2 * root, tip + 0.6 * root, ROOT_Y, 2.0), (0.98, 1.0, 0.98, 0.92, 0.86, 1.1)
    )
    ridge = ridge_height * (0.72 * gaussian(patch.side, ridge_width) + 0.28 * gaussian(patch.side, 1.9 * ridge_width))
    ball = 0.42 * shape.height * np.exp(-(((patch.x / 0.80) ** 2 + ((patch.y - tip + 0.05) / 0.66) ** 2) ** 1.2))
    wings = 0.58 * gaussian(patch.side - shape.wing, 0.50) * gaussian(patch.y - tip + 0.28, 0.50)
    displacement: Field = ridge + ball + wings
    return displacement


def paint_nose(canvas: Canvas, shape: NoseShape) -> None:
    """Paint the creases around the wings, the shadow underneath, and the nostrils."""
    tip = shape.tip
    window = canvas.window((-2.4, 2.4), (tip - 1.5, tip + 0.9))
    x, y, side = window.x, window.y, window.side
    from_wing = np.sqrt(((side - 0.98 * shape.wing) / 0.60) ** 2 + ((y - tip + 0.25) / 0.56) ** 2)
    crease = 0.13 * gaussian(from_wing - 1, 0.20) * smoothstep(side / shape.wing, 0.8, 1.25)
    underside = 0.20 * gaussian(x, 1.1) * gaussian(y - tip + 0.98, 0.22)
    window.darken(crease + underside)
    across = (side - 0.66 * shape.width - 0.25 * (y - tip + 0.62)) / 0.29
    up = (y - tip + 0.68 + 0.10 * np.abs(across)) / 0.16
    window.blend(0.80 * coverage(1 - across**2 - up**2, 1.1), NOSTRIL)
