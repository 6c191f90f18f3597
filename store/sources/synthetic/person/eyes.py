"""The eyes: sockets, lids, lashes, and ray-traced eyeballs. Centimetres, head frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from affect_store.store.sources.synthetic.drawing.shape_functions import (
    Field,
    coverage,
    dot,
    gaussian,
    smoothstep,
    unit_vector,
)
from affect_store.store.sources.synthetic.person.canvas import EYE_OPENING, Canvas, Patch
from affect_store.store.sources.synthetic.person.expression import ActionUnits
from affect_store.store.sources.synthetic.person.identity import Person
from affect_store.store.vocabulary import GAZES

EYEBALL_RADIUS, SKIN_RADIUS = 1.20, 1.24
EYEBALL_Z = 6.42
GAZE_RAD = dict(zip(GAZES, (0.0, 0.42, -0.42), strict=True))
"""Horizontal gaze angle; left and right are the subject's, so 'left' looks to the picture's right at 90 degrees."""

PUPIL_RAD = 0.20
LASH, PUPIL, SCLERA, GLINT = (26, 28, 34), (14, 14, 16), (205, 212, 222), (245, 245, 245)
_GLINT_HALFWAY = unit_vector((-0.22, 0.30, 1.0))


@dataclass(frozen=True)
class EyeShape:
    """Height of the lid opening above and below the eye's axis."""

    upper: float
    lower: float


def eye_shape(person: Person, units: ActionUnits) -> EyeShape:
    """Return the lid opening under these action units: AU5 widens it, AU6, AU7 and AU9 narrow it."""
    upper = 1 + 0.42 * units.upper_lid_raiser - 0.20 * units.lid_tightener - 0.18 * units.cheek_raiser
    upper += 0.06 * units.outer_brow_raiser - 0.06 * units.corner_puller - 0.22 * units.nose_wrinkler
    upper -= 0.10 * units.brow_lowerer + 0.08 * units.corner_depressor
    lower = 1 + 0.12 * units.upper_lid_raiser - 0.42 * units.lid_tightener - 0.55 * units.cheek_raiser
    lower += 0.06 * units.jaw_drop - 0.35 * units.nose_wrinkler - 0.15 * units.corner_puller
    return EyeShape(person.eyes.upper * max(upper, 0.3), person.eyes.lower * max(lower, 0.15))


def eyeball_centre(person: Person) -> Field:
    """Return the centre of the left eyeball, (3,); the right one has x negated."""
    return np.array([person.eyes.spacing, person.eyes.height, EYEBALL_Z * person.skull.depth], np.float32)


def socket_displacement(patch: Patch, person: Person) -> Field:
    """Return the displacement of the eye sockets and of the inner corners."""
    eyes = person.eyes
    socket = 0.90 * gaussian(patch.side - eyes.spacing, 1.75) * gaussian(patch.y - eyes.height - 0.25, 1.25)
    corner = 0.20 * gaussian(patch.side - 1.5, 0.7) * gaussian(patch.y - 0.3, 0.9)
    displacement: Field = -socket - corner
    return displacement


def drape_lids(patch: Patch, z: Field, front: Field, person: Person) -> Field:
    """Return z of the skin, draped over the eyeballs by a smooth maximum of skin and sphere."""
    spacing, height, centre = eyeball_centre(person)
    square = (patch.side - spacing) ** 2 + (patch.y - height) ** 2
    sphere = centre + np.sqrt(np.maximum(SKIN_RADIUS**2 + 0.02 - square, 0.0))
    softness = 0.15
    over = 0.5 * (z + sphere + np.sqrt((z - sphere) ** 2 + softness**2))
    weight = smoothstep(np.sqrt(square), 1.7, 1.15) * front
    draped: Field = z + (over - z) * weight
    return draped


class LidCurves(NamedTuple):
    """The lids over a window of the texture.

    `across`: distance outward from the eye's centre in half widths; `height` over the eye's axis; `upper`, `lower`:
    heights of the lid margins.
    """

    across: Field
    height: Field
    upper: Field
    lower: Field


def lid_curves(person: Person, shape: EyeShape, side: Field, y: Field) -> LidCurves:
    """Return the lid margins at distance `side` from the midline and height `y`."""
    eyes = person.eyes
    across = (side - eyes.spacing) / eyes.half_width
    parabola = np.clip(1 - across * across, 0, 1)
    upper = shape.upper * np.power(parabola, 0.72) * (1 - 0.18 * across)
    lower = -shape.lower * np.power(parabola, 0.85) * (1 + 0.12 * across)
    return LidCurves(across, y - eyes.height - eyes.tilt * across, upper, lower)


def paint_eye(canvas: Canvas, person: Person, units: ActionUnits, sign: int) -> None:
    """Paint lids, lashes and crow's feet of one eye and cut its opening; `sign` +1 is the subject's left."""
    eyes, shape = person.eyes, eye_shape(person, units)
    reach = sorted((sign * 0.6, sign * (eyes.spacing + eyes.half_width + 1.7)))
    window = canvas.window((reach[0], reach[1]), (eyes.height - 1.9, eyes.height + 1.9))
    side, y = window.x * sign, window.y
    lids = lid_curves(person, shape, side, y)
    window.darken(_lid_lines(lids, units))
    window.darken(units.cheek_raiser * _crows_feet(side, y, eyes.height))
    window.blend(0.9 * _lashes(lids, shape, person.masculinity), LASH)
    opening = coverage(np.minimum(lids.upper - lids.height, lids.height - lids.lower), 0.09)
    opening[np.abs(lids.across) >= 1] = 0
    under_upper: Field = np.clip(0.50 + 0.55 * coverage(lids.upper - lids.height - 0.05, 0.5), 0, 1)
    over_lower: Field = np.clip(0.75 + 0.25 * coverage(lids.height - lids.lower, 0.3), 0, 1)
    window.cut(EYE_OPENING, opening, under_upper * over_lower)


def _lid_lines(lids: LidCurves, units: ActionUnits) -> Field:
    """Return the darkness of the upper lid's crease and of the lower lid's margin."""
    raised = 0.11 * (units.inner_brow_raiser + units.outer_brow_raiser) - 0.12 * units.brow_lowerer
    distance = max(0.14, 0.32 + raised)
    crease = gaussian(lids.height - lids.upper - distance, 0.10) * coverage(1.1 - np.abs(lids.across), 0.3)
    edge = gaussian(lids.height - lids.lower + 0.03, 0.07) * coverage(1.02 - np.abs(lids.across), 0.1)
    lines: Field = 0.28 * crease + 0.38 * edge
    return lines


def _crows_feet(side: Field, y: Field, eye_height: float) -> Field:
    """Return the darkness of crow's feet and of the fold under the lower lid at full AU6."""
    fan = np.zeros_like(side)
    for slope in (-0.5, 0.0, 0.5):
        line = gaussian(y - eye_height + 0.15 - slope * (side - 4.4), 0.10)
        fan += 0.09 * line * smoothstep(side, 4.6, 5.0) * smoothstep(side, 6.3, 5.3)
    bag = 0.14 * gaussian(y - eye_height + 0.95 - 0.10 * (side - 3) ** 2, 0.16) * gaussian(side - 3.1, 1.3)
    lines: Field = fan + bag
    return lines


def _lashes(lids: LidCurves, shape: EyeShape, masculinity: float) -> Field:
    """Return the opacity of the upper lashes and their outer wing."""
    line = gaussian(lids.height - lids.upper - 0.02, 0.10 + 0.03 * (1 - masculinity)) * coverage(
        1.06 - np.abs(lids.across), 0.12
    )
    wing = gaussian(lids.height - 0.1 * shape.upper - 0.14 * (lids.across - 1), 0.07)
    wing = wing * smoothstep(lids.across, 0.9, 1.0) * smoothstep(lids.across, 1.25, 1.08)
    opacity: Field = np.maximum(line, 0.8 * wing)
    return opacity


def trace_eyeball(person: Person, gaze: str, camera: Field, rays: Field, sign: Field) -> Field:
    """Return the colour (n, 3), BGR, where rays (n, 3) from the camera's position (3,) hit an eyeball.

    `sign` (n,) is +1 for the subject's left eye and -1 for the right one.
    """
    centre = eyeball_centre(person) * np.stack([sign, np.ones_like(sign), np.ones_like(sign)], axis=-1)
    to_camera = camera - centre
    half_slope = (to_camera * rays).sum(axis=1)
    square = (to_camera * to_camera).sum(axis=1) - EYEBALL_RADIUS**2
    distance = -half_slope - np.sqrt(np.maximum(half_slope**2 - square, 0))
    normal = to_camera + rays * distance[:, None]
    normal = normal / (np.sqrt((normal * normal).sum(axis=1, keepdims=True)) + 1e-6)
    halfway = 0.5 * (_GLINT_HALFWAY - rays)
    halfway = halfway / np.sqrt((halfway * halfway).sum(axis=1, keepdims=True))
    glint = 0.9 * coverage((normal * halfway).sum(axis=1) - 0.9915, 0.006)[:, None]
    colour = _eyeball_colour(person, GAZE_RAD[gaze], normal)
    with_glint: Field = (colour + glint * (np.array(GLINT, np.float32) - colour)).astype(np.float32)
    return with_glint


def _eyeball_colour(person: Person, gaze_rad: float, normal: Field) -> Field:
    """Return the colour of sclera, iris with streaks and limbal ring, and pupil at the eyeball's normals (n, 3)."""
    iris_rad = person.eyes.iris_rad
    axis = unit_vector((np.sin(gaze_rad), 0.02, np.cos(gaze_rad)))
    off_axis = np.arccos(np.clip(dot(normal, axis), -1, 1))
    around = np.arctan2(normal[:, 1], normal[:, 0] * axis[2] - normal[:, 2] * axis[0])
    sclera = np.array(SCLERA, np.float32) * (0.72 + 0.30 * np.clip(normal[:, 2], 0, 1))[:, None]
    redness = np.array([0.13, 0.13, 0.02], np.float32)
    sclera = sclera * (1 - redness * np.clip(np.abs(normal[:, 0]) - 0.4, 0, 1)[:, None])
    outward = np.clip((off_axis - PUPIL_RAD) / (iris_rad - PUPIL_RAD), 0, 1)
    streaks = 0.97 + 0.1 * np.sin(around * 17 + 3 * np.sin(around * 5)) - 0.15 * outward
    rim = 1 - 0.62 * smoothstep(off_axis, iris_rad - 0.135, iris_rad + 0.005)
    lit = 1 + 0.35 * np.clip(-2 * normal[:, 1], -0.5, 0.8)
    iris = person.colours.iris * (streaks * rim * lit)[:, None]
    iris = iris + coverage(PUPIL_RAD - off_axis, 0.06)[:, None] * (np.array(PUPIL, np.float32) - iris)
    colour: Field = sclera + coverage(iris_rad - off_axis, 0.06)[:, None] * (iris - sclera)
    return colour
