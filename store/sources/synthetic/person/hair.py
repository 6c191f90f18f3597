"""Hair on the scalp: hairline, volume, opacity, strands. Hair that hangs behind the head is in `attachments`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from affect_store.store.sources.synthetic.drawing.imaging import blur, shear, upsample, value_noise
from affect_store.store.sources.synthetic.drawing.shape_functions import (
    Field,
    coverage,
    gaussian,
    monotone_spline,
    smoothstep,
)
from affect_store.store.sources.synthetic.person.head import (
    AZIMUTH_RAD,
    COLUMNS,
    ROWS,
    TEXELS_PER_STEP,
    TEXTURE_SHAPE,
    BaseMesh,
)
from affect_store.store.sources.synthetic.person.identity import Fringe, Hair, Haircut

LINE_KNOTS_RAD = tuple(np.radians([0, 22, 40, 54, 66, 76, 88, 98, 112, 135, 180]))
HAIRLINES = {
    Fringe.SWEPT_BACK: (0.50, 0.25, -0.55, -1.7, 2.6),
    Fringe.PARTED: (0.60, 0.05, -0.80, -2.2, 3.0),
    Fringe.FRINGE: (-1.15, -1.25, -1.55, -2.6, 2.8),
}
"""Heights at the first knots, centimetres: the first four relative to the person's own hairline, the fifth absolute."""

_RELATIVE = 4
SOFTNESS_CM = {Fringe.SWEPT_BACK: 1.4, Fringe.PARTED: 0.75, Fringe.FRINGE: 0.85}
"""Width over which the hair's opacity fades at the hairline."""

RISE_CM = {Fringe.SWEPT_BACK: 2.4, Fringe.PARTED: 2.8, Fringe.FRINGE: 2.0}
"""Height over the hairline within which hair rises to its full thickness."""

CLUMP_CM = {Fringe.SWEPT_BACK: 0.10, Fringe.PARTED: 0.22, Fringe.FRINGE: 0.20}
STRAND_CM = {Fringe.SWEPT_BACK: 0.12, Fringe.PARTED: 0.16, Fringe.FRINGE: 0.32}
"""By how much clumps and single strands displace the hairline."""

PARTING_RAD = 0.30
PARTED_LEAN, COMBED_LEAN = 0.55, 0.14
"""Columns by which strands shift sideways per row, beside a parting and without one."""


@dataclass(frozen=True)
class HairLayer:
    """Hair over the head's texture and grid.

    At the texture's size: `opacity`; `strands`, noise along the hair, about -1..1; `shadow` on the skin, 0..1. At the
    grid's size: `lift` over the skin, 0..1 of the hair's thickness.
    """

    opacity: Field
    strands: Field
    shadow: Field
    lift: Field


def make_hair_layer(hair: Hair, head: BaseMesh, masculinity: float, rng: Generator) -> HairLayer:
    """Make the hair of this style over the base mesh."""
    line = hairline(hair, masculinity)[None, :]
    lift = smoothstep(head.y - line, -0.1, RISE_CM[hair.fringe]) * (0.72 + 0.28 * smoothstep(head.y, 11.0, 6.0))
    above = upsample(head.y - line, TEXTURE_SHAPE)
    lean = _lean(hair)
    ragged = above + _ragged_edge(hair.fringe, lean, rng)
    opacity = coverage(ragged, SOFTNESS_CM[hair.fringe]) * (0.93 if hair.cut is Haircut.CROP else 1.0)
    coarse = value_noise(rng, TEXTURE_SHAPE, (150, 7))
    middle = value_noise(rng, TEXTURE_SHAPE, (90, 3))
    fine = value_noise(rng, TEXTURE_SHAPE, (60, 1.5))
    strands = shear(np.clip(0.40 * coarse + 0.35 * middle + 0.45 * fine, -1.6, 1.6), lean)
    below = np.clip(-blur(ragged, 2.0), 0, None)
    shadow = np.exp(-((below / 0.75) ** 2)) * (0.24 if hair.fringe is Fringe.FRINGE else 0.16)
    volume = 1 + 0.10 * value_noise(rng, (ROWS, COLUMNS), (60, 25))
    return HairLayer(opacity, strands, shadow.astype(np.float32), blur(lift * volume, 1.5))


def hairline(hair: Hair, masculinity: float) -> Field:
    """Return the height of the hairline for each column, (COLUMNS,); a parting shifts its peak to one side."""
    sideburn = -0.2 - 1.6 * (masculinity > 0)
    relative = HAIRLINES[hair.fringe]
    heights = [*(hair.line + step for step in relative[:_RELATIVE]), relative[_RELATIVE]]
    heights += [sideburn, 1.2, 0.4, -3.4, -6.5, -7.2]
    if hair.fringe is Fringe.SWEPT_BACK and masculinity == 1:
        heights[2] += 0.35  # receding temples
    azimuth = np.abs(AZIMUTH_RAD)
    if hair.fringe is Fringe.PARTED:
        azimuth = np.abs(AZIMUTH_RAD - PARTING_RAD * hair.parting_side * np.clip(np.cos(AZIMUTH_RAD), 0, 1))
    return monotone_spline(azimuth, LINE_KNOTS_RAD, heights)


def _lean(hair: Hair) -> Field:
    """Return by how many columns strands shift sideways per row, for each column of the texture."""
    azimuth = upsample(AZIMUTH_RAD[None, :], (1, TEXTURE_SHAPE[1]))[0]
    if hair.fringe is Fringe.PARTED:
        from_parting = azimuth - PARTING_RAD * hair.parting_side
        lean: Field = PARTED_LEAN * np.tanh(from_parting / 0.10) * gaussian(from_parting, 1.0)
        return lean
    return COMBED_LEAN * hair.parting_side * gaussian(azimuth, 1.0)


def _ragged_edge(fringe: Fringe, lean: Field, rng: Generator) -> Field:
    """Return the displacement of the hairline by clumps and single strands, centimetres, at the texture's size."""
    clump = CLUMP_CM[fringe]
    clumps = upsample(value_noise(rng, (ROWS, COLUMNS), (40, 9)), TEXTURE_SHAPE)
    locks = value_noise(rng, TEXTURE_SHAPE, (40, 5 * TEXELS_PER_STEP))
    strands = value_noise(rng, TEXTURE_SHAPE, (22, 1.6))
    return shear(clump * clumps + 0.7 * clump * locks + STRAND_CM[fringe] * strands, lean)
