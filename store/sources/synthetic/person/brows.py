"""The brows: brow ridge, hair, their position under action units, and wrinkles of forehead and nose root."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from affect_store.store.sources.synthetic.drawing.shape_functions import Field, coverage, gaussian
from affect_store.store.sources.synthetic.person.canvas import Canvas, Patch
from affect_store.store.sources.synthetic.person.expression import ActionUnits
from affect_store.store.sources.synthetic.person.identity import Person

LIGHTEST_BROW = (60, 85, 115)
FOREHEAD_LINES_CM = (3.5, 4.3, 5.05)
NOSE_ROOT_LINES_CM = (0.95, 0.45, -0.05)
VISIBLE = 0.05
"""Action units weaker than this leave no wrinkle."""


def brow_displacement(patch: Patch, person: Person, units: ActionUnits) -> Field:
    """Return the displacement of the brow ridge and of the bulge between lowered brows, centimetres along z."""
    inner, outer = gaussian(patch.side - 1.3, 1.6), gaussian(patch.side - 4.2, 2.0)
    lowered = gaussian(patch.side - 1.5, 2.2)
    height = person.brows.height + 0.55 * units.inner_brow_raiser * inner + 0.6 * units.outer_brow_raiser * outer
    height = height - 0.55 * units.brow_lowerer * lowered - 0.15 * units.nose_wrinkler
    ridge = person.skull.ridge * gaussian(patch.side - 2.4, 2.2) * gaussian(patch.y - height + 0.15, 0.80)
    bulge = (
        0.18 * units.brow_lowerer * gaussian(patch.side - 0.9, 0.7) * gaussian(patch.y - person.brows.height + 0.2, 0.8)
    )
    displacement: Field = ridge + bulge
    return displacement


def paint_brow(canvas: Canvas, person: Person, units: ActionUnits, sign: int, detail_noise: Field) -> None:
    """Paint the hair of one brow; `sign` +1 is the subject's left."""
    brows, bias = person.brows, sign * person.expressiveness.side_bias
    units = replace(
        units,
        inner_brow_raiser=units.inner_brow_raiser * (1 + bias),
        outer_brow_raiser=units.outer_brow_raiser * (1 + bias),
        brow_lowerer=units.brow_lowerer * (1 + bias),
    )
    outward = sorted((sign * 0.5, sign * (brows.outer + 0.6)))
    window = canvas.window((outward[0], outward[1]), (brows.height - 1.6, brows.height + 2.4))
    side, y = window.x * sign, window.y
    share = (side - brows.inner) / (brows.outer - brows.inner)
    middle = brow_height(person, units, share) + 0.10 * person.expressiveness.asymmetry * sign
    inner_end = brows.inner - 0.20 * units.brow_lowerer - 0.08 * units.nose_wrinkler
    along = (side - inner_end) / (brows.outer - inner_end)
    half = brows.thickness * (0.66 + 0.6 * np.clip(along, 0, 0.35) - 0.80 * np.clip(along - 0.35, 0, 1))
    hairs = detail_noise[window.slices]
    opacity = (
        coverage(half - np.abs(y - middle) + 0.06 * hairs, 0.26)
        * coverage(along - 0.02, 0.20)
        * coverage(0.99 - along, 0.16)
    )
    opacity = np.clip(opacity * brows.density * (0.90 + 0.16 * hairs), 0, 0.95)
    window.blend(opacity, np.minimum(person.colours.hair * 0.72, np.array(LIGHTEST_BROW, np.float32)))


def brow_height(person: Person, units: ActionUnits, share: Field) -> Field:
    """Return the height of the brow's centre line at `share` of the way from its inner (0) to its outer end (1)."""
    brows = person.brows
    inner, middle, outer = gaussian(share, 0.42), gaussian(share - 0.5, 0.36), gaussian(share - 1, 0.42)
    height = brows.height - 0.28 + 1.25 * brows.arch * np.sin(2.5 * np.clip(share, 0, 1.05))
    height = height + units.inner_brow_raiser * (0.95 * inner + 0.30 * middle)
    height = height + units.outer_brow_raiser * (0.25 * inner + 0.75 * middle + 0.70 * outer)
    height = height - units.brow_lowerer * (0.72 * inner + 0.40 * middle + 0.15 * outer)
    height = height - 0.22 * units.nose_wrinkler * (inner + middle)
    line: Field = height - 0.06 * units.cheek_raiser * outer - 0.05 * units.lid_tightener
    return line


def paint_upper_face_lines(canvas: Canvas, person: Person, units: ActionUnits) -> None:
    """Paint glabellar furrows (AU4), forehead lines (AU1, AU2) and wrinkles at the root of the nose (AU9)."""
    height = person.brows.height
    bottom = -2.6 if units.nose_wrinkler > VISIBLE else height - 0.6
    window = canvas.window((-4.2, 4.2), (bottom, height + 4.2))
    x, y, side = window.x, window.y, window.side
    dark = np.zeros_like(x)
    if units.brow_lowerer > VISIBLE:
        furrow = gaussian(side - 0.50 - 0.1 * (y - height), 0.13) * gaussian(y - height + 0.1, 0.8)
        dark += 0.22 * units.brow_lowerer * furrow
    raised = 0.5 * (units.inner_brow_raiser + units.outer_brow_raiser) - 0.1
    if raised > VISIBLE:
        curve = 0.25 * np.cos(0.8 * x) + 0.25 * raised * gaussian(side, 2)
        for index, line in enumerate(FOREHEAD_LINES_CM):
            dark += 0.08 * raised * gaussian(y - line - curve, 0.12) * gaussian(x, 3.4 - 0.3 * index)
    if units.nose_wrinkler > VISIBLE:
        for line in NOSE_ROOT_LINES_CM:
            dark += 0.14 * units.nose_wrinkler * gaussian(y - line - 0.25 * side, 0.11) * gaussian(x, 0.85)
        dark += 0.14 * units.nose_wrinkler * gaussian(side - 1.0 + 0.45 * (y + 1.4), 0.20) * gaussian(y + 1.3, 0.8)
    window.darken(np.clip(dark, 0, 0.6))
