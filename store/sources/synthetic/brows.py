"""The brows: where they are in a shot, the ridge under them, their hair, and the lines that they fold into the skin."""

from __future__ import annotations

import numpy as np

from store.sources.synthetic.canvas import Canvas, Patch
from store.sources.synthetic.expression import ActionUnits
from store.sources.synthetic.fields import Field, bell, cover
from store.sources.synthetic.identity import Person

LIGHTEST_BROW = (60, 85, 115)
FOREHEAD_LINES_CM = (3.5, 4.3, 5.05)
NOSE_ROOT_LINES_CM = (0.95, 0.45, -0.05)
VISIBLE = 0.05
"""Units weaker than this leave no line."""


def brow_relief(patch: Patch, person: Person, units: ActionUnits) -> Field:
    """The bony ridge, which follows the brow a little, and the knot between lowered brows."""
    inner, outer = bell(patch.side - 1.3, 1.6), bell(patch.side - 4.2, 2.0)
    lowered = bell(patch.side - 1.5, 2.2)
    height = person.brows.height + 0.55 * units.inner_brow_raiser * inner + 0.6 * units.outer_brow_raiser * outer
    height = height - 0.55 * units.brow_lowerer * lowered - 0.15 * units.nose_wrinkler
    ridge = person.skull.ridge * bell(patch.side - 2.4, 2.2) * bell(patch.y - height + 0.15, 0.80)
    knot = 0.18 * units.brow_lowerer * bell(patch.side - 0.9, 0.7) * bell(patch.y - person.brows.height + 0.2, 0.8)
    relief: Field = ridge + knot
    return relief


def paint_brow(canvas: Canvas, person: Person, units: ActionUnits, sign: int, grain: Field) -> None:
    """The hair of one brow; `sign` +1 is the subject's left."""
    brows = person.brows
    outward = sorted((sign * 0.5, sign * (brows.outer + 0.6)))
    window = canvas.window((outward[0], outward[1]), (brows.height - 1.6, brows.height + 2.4))
    side, y = window.x * sign, window.y
    share = (side - brows.inner) / (brows.outer - brows.inner)
    middle = brow_height(person, units, share) + 0.10 * person.habits.asymmetry * sign
    inner_end = brows.inner - 0.20 * units.brow_lowerer - 0.08 * units.nose_wrinkler
    along = (side - inner_end) / (brows.outer - inner_end)
    half = brows.thickness * (0.66 + 0.6 * np.clip(along, 0, 0.35) - 0.80 * np.clip(along - 0.35, 0, 1))
    hairs = grain[window.place]
    opacity = (
        cover(half - np.abs(y - middle) + 0.06 * hairs, 0.26) * cover(along - 0.02, 0.20) * cover(0.99 - along, 0.16)
    )
    opacity = np.clip(opacity * brows.density * (0.90 + 0.16 * hairs), 0, 0.95)
    window.blend(opacity, np.minimum(person.colours.hair * 0.72, np.array(LIGHTEST_BROW, np.float32)))


def brow_height(person: Person, units: ActionUnits, share: Field) -> Field:
    """Height of the brow's middle line at `share` of the way from the inner (0) to the outer end (1)."""
    brows = person.brows
    inner, middle, outer = bell(share, 0.42), bell(share - 0.5, 0.36), bell(share - 1, 0.42)
    height = brows.height - 0.28 + 1.25 * brows.arch * np.sin(2.5 * np.clip(share, 0, 1.05))
    height = height + units.inner_brow_raiser * (0.95 * inner + 0.30 * middle)
    height = height + units.outer_brow_raiser * (0.25 * inner + 0.75 * middle + 0.70 * outer)
    height = height - units.brow_lowerer * (0.72 * inner + 0.40 * middle + 0.15 * outer)
    height = height - 0.22 * units.nose_wrinkler * (inner + middle)
    line: Field = height - 0.06 * units.cheek_raiser * outer - 0.05 * units.lid_tightener
    return line


def paint_upper_face_lines(canvas: Canvas, person: Person, units: ActionUnits) -> None:
    """Furrows between lowered brows, lines across the forehead, wrinkles at the root of the nose."""
    height = person.brows.height
    bottom = -2.6 if units.nose_wrinkler > VISIBLE else height - 0.6
    window = canvas.window((-4.2, 4.2), (bottom, height + 4.2))
    x, y, side = window.x, window.y, window.side
    dark = np.zeros_like(x)
    if units.brow_lowerer > VISIBLE:
        furrow = bell(side - 0.50 - 0.1 * (y - height), 0.13) * bell(y - height + 0.1, 0.8)
        dark += 0.22 * units.brow_lowerer * furrow
    raised = 0.5 * (units.inner_brow_raiser + units.outer_brow_raiser) - 0.1
    if raised > VISIBLE:
        bend = 0.25 * np.cos(0.8 * x) + 0.25 * raised * bell(side, 2)
        for index, line in enumerate(FOREHEAD_LINES_CM):
            dark += 0.08 * raised * bell(y - line - bend, 0.12) * bell(x, 3.4 - 0.3 * index)
    if units.nose_wrinkler > VISIBLE:
        for line in NOSE_ROOT_LINES_CM:
            dark += 0.14 * units.nose_wrinkler * bell(y - line - 0.25 * side, 0.11) * bell(x, 0.85)
        dark += 0.14 * units.nose_wrinkler * bell(side - 1.0 + 0.45 * (y + 1.4), 0.20) * bell(y + 1.3, 0.8)
    window.darken(np.clip(dark, 0, 0.6))
