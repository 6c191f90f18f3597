"""The mouth: lip curves, their displacement and paint, and the ray-traced teeth and cavity.

The same curves define displacement and paint, so that colour and shape always agree. Centimetres, head frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from affect_store.store.sources.synthetic.drawing.shape_functions import Field, coverage, gaussian, smoothstep
from affect_store.store.sources.synthetic.person.canvas import MOUTH_OPENING, Canvas, Patch
from affect_store.store.sources.synthetic.person.expression import ActionUnits
from affect_store.store.sources.synthetic.person.identity import Mouth, Person

OPENING_THRESHOLD = 0.12
"""Sum of AU25 and AU26 below which the lips stay closed."""

ARCH_Z, ARCH_HALF_WIDTH, ARCH_DEPTH = 5.0, 3.6, 3.72
"""Elliptic cylinder of the dental arch; a narrower one would leave a dark gap at the far corner of the mouth."""

SEAM = (38, 34, 74)
TOOTH = (196, 214, 224)
CAVITY, CAVITY_DEPTH = (30, 24, 52), (34, 32, 82)


@dataclass(frozen=True)
class MouthShape:
    """The mouth of one shot.

    For the right and left side: half width, rise and dimple of the corner. `open_up`, `open_down`: how far the inner
    lips open at the midline; `upper_lip`, `lower_lip`: thickness; `line`: height of the line between the lips;
    `jaw_drop`: how far the jaw drops; `upper_lift`: how far AU10 raises the upper lip as a whole.
    """

    half_width: tuple[float, float]
    corner_lift: tuple[float, float]
    corner_dimple: tuple[float, float]
    open_up: float
    open_down: float
    upper_lip: float
    lower_lip: float
    line: float
    jaw_drop: float
    upper_lift: float

    @property
    def mean_half_width(self) -> float:
        return 0.5 * (self.half_width[0] + self.half_width[1])


class LipCurves(NamedTuple):
    """The lips over a patch.

    `along`: distance from the midline in half widths; `taper`: elliptic, 1 at the midline to 0 at the corners; heights
    of the inner and outer borders.
    """

    along: Field
    taper: Field
    upper_inner: Field
    lower_inner: Field
    upper_outer: Field
    lower_outer: Field


def mouth_shape(person: Person, units: ActionUnits) -> MouthShape:
    """Return the shape of the person's mouth under these action units."""
    rest, asymmetry, bias = person.mouth, person.expressiveness.asymmetry, person.expressiveness.side_bias
    own = (units.dimpler, units.dimpler_opposite)
    dimples = own if person.expressiveness.dimple_side < 0 else own[::-1]
    jaw = 2.1 * units.jaw_drop + 0.25 * units.lips_part
    is_open = units.lips_part + units.jaw_drop > OPENING_THRESHOLD
    up, down = _opening(units, jaw)
    upper, lower = _lip_thickness(rest, units)
    return MouthShape(
        half_width=(_half_width(rest, units, dimples[0]), _half_width(rest, units, dimples[1])),
        corner_lift=(
            _lift(units, dimples[0]) * (1 - bias) - 0.03 * asymmetry,
            _lift(units, dimples[1]) * (1 + bias) + 0.03 * asymmetry,
        ),
        corner_dimple=dimples,
        open_up=up if is_open else 0.0,
        open_down=down if is_open else 0.0,
        upper_lip=upper,
        lower_lip=lower,
        line=rest.height + _line_shift(units),
        jaw_drop=jaw,
        upper_lift=0.35 * units.upper_lip_raiser * (0.3 if is_open else 1.0),
    )


def _half_width(rest: Mouth, units: ActionUnits, dimple: float) -> float:
    stretch = 0.23 * units.corner_puller + 0.17 * units.lip_stretcher - 0.06 * units.lip_tightener
    stretch -= 0.05 * units.lip_pressor + 0.10 * units.jaw_drop + 0.03 * units.upper_lip_raiser
    return rest.half_width * (1 + stretch) + 0.34 * dimple


def _lift(units: ActionUnits, dimple: float) -> float:
    up = 0.85 * units.corner_puller + 0.62 * dimple
    down = 0.75 * units.corner_depressor + 0.28 * units.lip_stretcher + 0.12 * units.upper_lip_raiser
    return up - down - 0.30 * units.jaw_drop - 0.05 * units.lip_tightener


def _opening(units: ActionUnits, jaw: float) -> tuple[float, float]:
    lift = 0.55 * units.upper_lip_raiser * (0.6 + 0.4 * min(1.0, 2 * units.lips_part))
    up = 0.10 * units.lips_part + lift + 0.12 * units.corner_puller * units.lips_part + 0.1 * units.jaw_drop
    down = 0.30 * units.lips_part + 0.92 * jaw + 0.15 * units.lip_stretcher * units.lips_part
    return up, down


def _lip_thickness(rest: Mouth, units: ActionUnits) -> tuple[float, float]:
    press = min(1.0, 0.45 * units.lip_tightener + 0.45 * units.lip_pressor)
    upper = 1 - 0.30 * units.corner_puller - 0.25 * units.lip_stretcher - 0.5 * press - 0.12 * units.upper_lip_raiser
    lower = 1 - 0.22 * units.corner_puller - 0.20 * units.lip_stretcher - 0.45 * press + 0.12 * units.chin_raiser
    return rest.upper_lip * upper, rest.lower_lip * lower


def _line_shift(units: ActionUnits) -> float:
    up = 0.30 * units.upper_lip_raiser + 0.22 * units.chin_raiser + 0.25 * units.nose_wrinkler
    return up - 0.05 * units.corner_depressor + 0.05 * units.corner_puller


def lip_curves(shape: MouthShape, x: Field, y: Field) -> LipCurves:
    """Return the lips over the points (x, y). The curves continue beyond the corners, where `taper` is 0."""
    is_left = x > 0
    along = np.abs(x) / np.where(is_left, shape.half_width[1], shape.half_width[0]).astype(np.float32)
    lift = np.where(is_left, shape.corner_lift[1], shape.corner_lift[0]).astype(np.float32)
    parabola = 1 - np.minimum(along, 1.0) ** 2
    taper = np.sqrt(parabola)
    line = shape.line + lift * np.minimum(along, 1.25) ** 2
    upper_inner = line + shape.open_up * parabola
    lower_inner = line - shape.open_down * (0.55 * taper + 0.45 * parabola)
    bow = 1 + 0.22 * gaussian(along - 0.24, 0.2) - 0.10 * gaussian(along, 0.13)
    upper = (shape.upper_lip + 0.3 * shape.upper_lift) * (0.82 * parabola + 0.18 * taper) * bow
    lower = shape.lower_lip * (0.6 * taper + 0.4 * parabola)
    return LipCurves(along, taper, upper_inner, lower_inner, upper_inner + upper, lower_inner - lower)


def lip_displacement(patch: Patch, shape: MouthShape) -> Field:
    """Return the displacement of lips, seam, dental arch and dimples."""
    lips = lip_curves(shape, patch.x, patch.y)
    inside = lips.along < 1.15
    displacement = np.zeros_like(patch.x)
    for outer, inner, amount, share in (
        (lips.upper_outer, lips.upper_inner, 0.42, 0.62),
        (lips.lower_inner, lips.lower_outer, 0.50, 0.66),
    ):
        thickness = np.maximum(outer - inner, 0.12)
        displacement += amount * gaussian(patch.y - 0.5 * (outer + inner), share * thickness) * lips.taper * inside
    seam = np.minimum(np.abs(patch.y - lips.upper_inner), np.abs(patch.y - lips.lower_inner))
    gap = np.clip(np.minimum(lips.upper_inner - patch.y, patch.y - lips.lower_inner), 0, 0.5)
    displacement -= np.clip(0.16 * gaussian(seam, 0.12) + 1.2 * gap, 0, 0.6) * smoothstep(lips.along, 1.12, 0.95)
    displacement += 0.5 * gaussian(patch.x, 3.0) * gaussian(patch.y - shape.line, 2.0)
    for index, sign in enumerate((-1, 1)):
        width, height = shape.half_width[index], shape.line + shape.corner_lift[index]
        dimple = shape.corner_dimple[index]
        displacement -= (
            (0.08 + 0.22 * dimple) * gaussian(patch.x * sign - width - 0.22, 0.28) * gaussian(patch.y - height, 0.4)
        )
        if dimple > 0.2:
            displacement += (
                0.25 * dimple * gaussian(patch.x * sign - width - 1.1, 0.8) * gaussian(patch.y - height - 0.5, 0.8)
            )
    return displacement


def paint_lips(canvas: Canvas, person: Person, shape: MouthShape, detail_noise: Field) -> None:
    """Paint lips, seam and the shadows at the corners, and cut the opening of the mouth."""
    reach = shape.mean_half_width + 1.0
    window = canvas.window((-reach, reach), (shape.line - shape.open_down - 2.3, shape.line + shape.open_up + 1.9))
    x, y = window.x, window.y
    lips = lip_curves(shape, x, y)
    upper = coverage(lips.upper_outer - y, 0.16) * coverage(y - lips.upper_inner, 0.07)
    lower = coverage(lips.lower_inner - y, 0.07) * coverage(y - lips.lower_outer, 0.16)
    opacity = 0.82 * np.clip(upper + lower, 0, 1) * coverage(1 - lips.along, 0.08)
    tone = (1 + 0.05 * detail_noise[window.slices]) * np.where(
        y > 0.5 * (lips.upper_inner + lips.lower_inner), 0.90, 1.04
    )
    window.blend(opacity, [ink * tone for ink in person.colours.lips])
    below_upper, above_lower = lips.upper_inner - y, y - lips.lower_inner
    hole = coverage(np.minimum(below_upper, above_lower), 0.09) * coverage(1 - lips.along, 0.05)
    seam = gaussian(np.minimum(np.abs(below_upper), np.abs(above_lower)), 0.075) * coverage(1.04 - lips.along, 0.1)
    window.blend(0.78 * seam, np.array(SEAM, np.float32) * (person.colours.skin[2] / 228))
    window.darken(_mouth_shadows(x, y, shape))
    depth = np.clip(0.35 + 0.75 * coverage(np.minimum(below_upper, above_lower + 0.1), 0.9), 0, 1)
    window.cut(MOUTH_OPENING, hole, depth)


def _mouth_shadows(x: Field, y: Field, shape: MouthShape) -> Field:
    """Return the darkness under the lower lip and at the corners of the mouth."""
    shadow = 0.14 * gaussian(x, 1.5) * gaussian(y - (shape.line - 1.2 - shape.open_down), 0.28)
    for index, sign in enumerate((-1, 1)):
        strength = 0.22 + 0.28 * shape.corner_dimple[index] + 0.10 * max(0.0, -shape.corner_lift[index])
        height = shape.line + shape.corner_lift[index]
        corner = gaussian(x * sign - shape.half_width[index] - 0.10, 0.17) * gaussian(y - height, 0.24)
        shadow = shadow + strength * corner
    clipped: Field = np.clip(shadow, 0, 0.8)
    return clipped


def trace_mouth(person: Person, shape: MouthShape, camera: Field, rays: Field) -> Field:
    """Return the colour (n, 3), BGR, where rays (n, 3) from the camera's position (3,) hit teeth or cavity."""
    radius = np.array([ARCH_HALF_WIDTH, 1.0, ARCH_DEPTH * person.skull.depth], np.float32)
    start = (camera - np.array([0, 0, ARCH_Z], np.float32)) / radius
    step = rays / radius
    square = step[:, 0] ** 2 + step[:, 2] ** 2
    half_slope = start[0] * step[:, 0] + start[2] * step[:, 2]
    discriminant = half_slope**2 - square * (start[0] ** 2 + start[2] ** 2 - 1)
    hit = coverage(discriminant + 0.10, 0.10)
    distance = (-half_slope - np.sqrt(np.maximum(discriminant, 0))) / square
    height = camera[1] + rays[:, 1] * distance
    angle = np.arctan2(start[0] + step[:, 0] * distance, start[2] + step[:, 2] * distance)
    return _teeth(person.mouth.height, shape, height, angle, hit)


def _teeth(rest: float, shape: MouthShape, height: Field, angle: Field, hit: Field) -> Field:
    """Return the colour of the upper teeth, fixed to the skull, the lower ones, moving with the jaw, or the cavity."""
    edge = rest - 0.22 + 0.04 * np.abs(np.sin(angle * 8))
    upper = coverage(height - edge, 0.10) * hit * smoothstep(np.abs(angle), 1.5, 1.15)
    lower_edge = rest - 0.42 - 0.95 * shape.jaw_drop
    lower = coverage(lower_edge - height, 0.12) * hit * smoothstep(np.abs(angle), 1.4, 1.0)
    gaps = 0.10 * gaussian(np.abs(np.sin(angle * 13.5)), 0.22)
    brightness = (1 - 0.45 * np.clip(np.abs(angle), 0, 1)) * (1 - 1.5 * gaps)
    tooth = np.array(TOOTH, np.float32) * brightness[:, None]
    depth = np.clip((rest - 0.3 - height) / 2.2, 0, 1)[:, None]
    colour = np.array(CAVITY, np.float32) + depth * np.array(CAVITY_DEPTH, np.float32)
    colour = colour + 0.93 * upper[:, None] * (tooth - colour)
    colour = colour + (0.7 * lower * (1 - upper))[:, None] * (0.8 * tooth - colour)
    colours: Field = colour.astype(np.float32)
    return colours


def jaw_weight(mouth: Mouth, y: Field, z: Field) -> Field:
    """Return the share of the jaw's drop that each point follows: 0 above the mouth and at the back, 1 at the chin."""
    return smoothstep(y, mouth.height + 0.5, mouth.height - 1.4) * smoothstep(z, -1.5, 5.0)
