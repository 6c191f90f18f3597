"""The eyes: sockets, lids, lashes, and the eyeball that is seen between the lids. Centimetres, head frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from store.sources.synthetic.canvas import EYE_OPENING, Canvas, Patch
from store.sources.synthetic.expression import ActionUnits
from store.sources.synthetic.fields import Field, bell, cover, dot, ramp, unit
from store.sources.synthetic.identity import Person
from store.vocabulary import GAZES

EYEBALL_RADIUS, SKIN_RADIUS = 1.20, 1.24
EYEBALL_Z = 6.42
GAZE_RAD = dict(zip(GAZES, (0.0, 0.42, -0.42), strict=True))
"""Horizontal angle of the gaze; left and right are the subject's own, so 'left' looks to the image's right at 90."""

PUPIL_RAD = 0.20
LASH, PUPIL, SCLERA, GLINT = (26, 28, 34), (14, 14, 16), (205, 212, 222), (245, 245, 245)
_GLINT_HALFWAY = unit((-0.22, 0.30, 1.0))


@dataclass(frozen=True)
class EyeShape:
    """Opening of the lids above and below the eye's axis."""

    upper: float
    lower: float


def eye_shape(person: Person, units: ActionUnits) -> EyeShape:
    """The lids of one shot: 5 opens, 6, 7 and 9 narrow from below and above."""
    upper = 1 + 0.42 * units.upper_lid_raiser - 0.20 * units.lid_tightener - 0.18 * units.cheek_raiser
    upper += 0.06 * units.outer_brow_raiser - 0.06 * units.corner_puller - 0.22 * units.nose_wrinkler
    upper -= 0.10 * units.brow_lowerer + 0.08 * units.corner_depressor
    lower = 1 + 0.12 * units.upper_lid_raiser - 0.42 * units.lid_tightener - 0.55 * units.cheek_raiser
    lower += 0.06 * units.jaw_drop - 0.35 * units.nose_wrinkler - 0.15 * units.corner_puller
    return EyeShape(person.eyes.upper * max(upper, 0.3), person.eyes.lower * max(lower, 0.15))


def eyeball_centre(person: Person) -> Field:
    """Centre of the left eyeball, (3,); the right one mirrors x."""
    return np.array([person.eyes.spacing, person.eyes.height, EYEBALL_Z * person.skull.depth], np.float32)


def socket_relief(patch: Patch, person: Person) -> Field:
    """The hollows around the eyes and beside the root of the nose."""
    eyes = person.eyes
    socket = 0.90 * bell(patch.side - eyes.spacing, 1.75) * bell(patch.y - eyes.height - 0.25, 1.25)
    corner = 0.20 * bell(patch.side - 1.5, 0.7) * bell(patch.y - 0.3, 0.9)
    relief: Field = -socket - corner
    return relief


def drape_lids(patch: Patch, z: Field, front: Field, person: Person) -> Field:
    """z of the skin where it lies on the eyeballs (smooth maximum of skin and sphere), else `z` as it was."""
    spacing, height, centre = eyeball_centre(person)
    square = (patch.side - spacing) ** 2 + (patch.y - height) ** 2
    sphere = centre + np.sqrt(np.maximum(SKIN_RADIUS**2 + 0.02 - square, 0.0))
    softness = 0.15
    over = 0.5 * (z + sphere + np.sqrt((z - sphere) ** 2 + softness**2))
    weight = ramp(np.sqrt(square), 1.7, 1.15) * front
    draped: Field = z + (over - z) * weight
    return draped


class LidCurves(NamedTuple):
    """The lids over a window: distance outward from the eye's middle in half widths, height over the eye's axis, and
    the heights of the two lids' edges."""

    across: Field
    height: Field
    upper: Field
    lower: Field


def lid_curves(person: Person, shape: EyeShape, side: Field, y: Field) -> LidCurves:
    """The edges of the lids at distance `side` outward from the midline."""
    eyes = person.eyes
    across = (side - eyes.spacing) / eyes.half_width
    parabola = np.clip(1 - across * across, 0, 1)
    upper = shape.upper * np.power(parabola, 0.72) * (1 - 0.18 * across)
    lower = -shape.lower * np.power(parabola, 0.85) * (1 + 0.12 * across)
    return LidCurves(across, y - eyes.height - eyes.tilt * across, upper, lower)


def paint_eye(canvas: Canvas, person: Person, units: ActionUnits, sign: int) -> None:
    """Lids, lashes, crow's feet and the opening of one eye; `sign` +1 is the subject's left."""
    eyes, shape = person.eyes, eye_shape(person, units)
    reach = sorted((sign * 0.6, sign * (eyes.spacing + eyes.half_width + 1.7)))
    window = canvas.window((reach[0], reach[1]), (eyes.height - 1.9, eyes.height + 1.9))
    side, y = window.x * sign, window.y
    lids = lid_curves(person, shape, side, y)
    window.darken(_lid_lines(lids, units))
    window.darken(units.cheek_raiser * _crows_feet(side, y, eyes.height))
    window.blend(0.9 * _lashes(lids, shape, person.male), LASH)
    opening = cover(np.minimum(lids.upper - lids.height, lids.height - lids.lower), 0.09)
    opening[np.abs(lids.across) >= 1] = 0
    under_upper: Field = np.clip(0.50 + 0.55 * cover(lids.upper - lids.height - 0.05, 0.5), 0, 1)
    over_lower: Field = np.clip(0.75 + 0.25 * cover(lids.height - lids.lower, 0.3), 0, 1)
    window.cut(EYE_OPENING, opening, under_upper * over_lower)


def _lid_lines(lids: LidCurves, units: ActionUnits) -> Field:
    """Darkness of the crease over the upper lid and of the lower lid's edge."""
    raised = 0.11 * (units.inner_brow_raiser + units.outer_brow_raiser) - 0.12 * units.brow_lowerer
    distance = max(0.14, 0.32 + raised)
    crease = bell(lids.height - lids.upper - distance, 0.10) * cover(1.1 - np.abs(lids.across), 0.3)
    edge = bell(lids.height - lids.lower + 0.03, 0.07) * cover(1.02 - np.abs(lids.across), 0.1)
    lines: Field = 0.28 * crease + 0.38 * edge
    return lines


def _crows_feet(side: Field, y: Field, eye_height: float) -> Field:
    """Lines beside the outer corner and under the lower lid, for a fully raised cheek."""
    fan = np.zeros_like(side)
    for slope in (-0.5, 0.0, 0.5):
        line = bell(y - eye_height + 0.15 - slope * (side - 4.4), 0.10)
        fan += 0.09 * line * ramp(side, 4.6, 5.0) * ramp(side, 6.3, 5.3)
    bag = 0.14 * bell(y - eye_height + 0.95 - 0.10 * (side - 3) ** 2, 0.16) * bell(side - 3.1, 1.3)
    lines: Field = fan + bag
    return lines


def _lashes(lids: LidCurves, shape: EyeShape, male: float) -> Field:
    """Opacity of the upper lashes with their outer wing."""
    line = bell(lids.height - lids.upper - 0.02, 0.10 + 0.03 * (1 - male)) * cover(1.06 - np.abs(lids.across), 0.12)
    wing = bell(lids.height - 0.1 * shape.upper - 0.14 * (lids.across - 1), 0.07)
    wing = wing * ramp(lids.across, 0.9, 1.0) * ramp(lids.across, 1.25, 1.08)
    opacity: Field = np.maximum(line, 0.8 * wing)
    return opacity


def see_eyeball(person: Person, gaze: str, camera: Field, rays: Field, sign: Field) -> Field:
    """Colour, (n, 3) BGR, where rays from the camera's place (head frame) meet the eyeball on the side `sign` (n,)."""
    centre = eyeball_centre(person) * np.stack([sign, np.ones_like(sign), np.ones_like(sign)], axis=-1)
    to_camera = camera - centre
    half_slope = (to_camera * rays).sum(axis=1)
    square = (to_camera * to_camera).sum(axis=1) - EYEBALL_RADIUS**2
    distance = -half_slope - np.sqrt(np.maximum(half_slope**2 - square, 0))
    normal = to_camera + rays * distance[:, None]
    normal = normal / (np.sqrt((normal * normal).sum(axis=1, keepdims=True)) + 1e-6)
    halfway = 0.5 * (_GLINT_HALFWAY - rays)
    halfway = halfway / np.sqrt((halfway * halfway).sum(axis=1, keepdims=True))
    glint = 0.9 * cover((normal * halfway).sum(axis=1) - 0.9915, 0.006)[:, None]
    colour = _eyeball_colour(person, GAZE_RAD[gaze], normal)
    seen: Field = (colour + glint * (np.array(GLINT, np.float32) - colour)).astype(np.float32)
    return seen


def _eyeball_colour(person: Person, gaze_rad: float, normal: Field) -> Field:
    """Sclera, iris with its streaks and dark rim, pupil; `normal` (n, 3) is the place on the ball."""
    iris_rad = person.eyes.iris_rad
    axis = unit((np.sin(gaze_rad), 0.02, np.cos(gaze_rad)))
    off_axis = np.arccos(np.clip(dot(normal, axis), -1, 1))
    around = np.arctan2(normal[:, 1], normal[:, 0] * axis[2] - normal[:, 2] * axis[0])
    sclera = np.array(SCLERA, np.float32) * (0.72 + 0.30 * np.clip(normal[:, 2], 0, 1))[:, None]
    redness = np.array([0.13, 0.13, 0.02], np.float32)
    sclera = sclera * (1 - redness * np.clip(np.abs(normal[:, 0]) - 0.4, 0, 1)[:, None])
    outward = np.clip((off_axis - PUPIL_RAD) / (iris_rad - PUPIL_RAD), 0, 1)
    streaks = 0.97 + 0.1 * np.sin(around * 17 + 3 * np.sin(around * 5)) - 0.15 * outward
    rim = 1 - 0.62 * ramp(off_axis, iris_rad - 0.135, iris_rad + 0.005)
    lit = 1 + 0.35 * np.clip(-2 * normal[:, 1], -0.5, 0.8)
    iris = person.colours.iris * (streaks * rim * lit)[:, None]
    iris = iris + cover(PUPIL_RAD - off_axis, 0.06)[:, None] * (np.array(PUPIL, np.float32) - iris)
    colour: Field = sclera + cover(iris_rad - off_axis, 0.06)[:, None] * (iris - sclera)
    return colour
