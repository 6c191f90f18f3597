"""Hair on the head: its line, how far it stands off, and how densely it covers. What hangs behind is in `pieces.py`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from store.sources.synthetic.fields import Field, bell, cover, ramp, spline
from store.sources.synthetic.head import AZIMUTH_RAD, COLUMNS, ROWS, TEXELS, TEXTURE_SHAPE, BareHead
from store.sources.synthetic.identity import Fringe, Hair, Haircut
from store.sources.synthetic.imaging import blur, cell_noise, enlarge, shear

LINE_KNOTS_RAD = tuple(np.radians([0, 22, 40, 54, 66, 76, 88, 98, 112, 135, 180]))
_RELATIVE = 4
"""So many first heights of a line are relative to the person's own hairline, the others absolute."""
LINES = {
    Fringe.SWEPT_BACK: (0.50, 0.25, -0.55, -1.7, 2.6),
    Fringe.PARTED: (0.60, 0.05, -0.80, -2.2, 3.0),
    Fringe.FRINGE: (-1.15, -1.25, -1.55, -2.6, 2.8),
}
SOFTNESS_CM = {Fringe.SWEPT_BACK: 1.4, Fringe.PARTED: 0.75, Fringe.FRINGE: 0.85}
RISE_CM = {Fringe.SWEPT_BACK: 2.4, Fringe.PARTED: 2.8, Fringe.FRINGE: 2.0}
CLUMP_CM = {Fringe.SWEPT_BACK: 0.10, Fringe.PARTED: 0.22, Fringe.FRINGE: 0.20}

STRAND_CM = {Fringe.SWEPT_BACK: 0.12, Fringe.PARTED: 0.16, Fringe.FRINGE: 0.32}
PARTING_RAD = 0.30
PARTED_LEAN, COMBED_LEAN = 0.55, 0.14


@dataclass(frozen=True)
class HairCover:
    """Hair over the head's grid and texture.

    `opacity` and `strands` (noise along the hair, about -1..1) at the texture's size, `shadow` that the hair casts
    on the skin (0..1, texture), `lift` 0..1 of the hair's thickness over the skin at the grid's size.
    """

    opacity: Field
    strands: Field
    shadow: Field
    lift: Field


def grow_hair(hair: Hair, head: BareHead, male: float, rng: Generator) -> HairCover:
    """Hair of this cut over the bare head."""
    line = hairline(hair, male)[None, :]
    lift = ramp(head.y - line, -0.1, RISE_CM[hair.fringe]) * (0.72 + 0.28 * ramp(head.y, 11.0, 6.0))
    above = enlarge(head.y - line, TEXTURE_SHAPE)
    lean = _lean(hair)
    ragged = above + _ragged_edge(hair.fringe, lean, rng)
    opacity = cover(ragged, SOFTNESS_CM[hair.fringe]) * (0.93 if hair.cut is Haircut.CROP else 1.0)
    coarse = cell_noise(rng, TEXTURE_SHAPE, (150, 7))
    middle = cell_noise(rng, TEXTURE_SHAPE, (90, 3))
    fine = cell_noise(rng, TEXTURE_SHAPE, (60, 1.5))
    strands = shear(np.clip(0.40 * coarse + 0.35 * middle + 0.45 * fine, -1.6, 1.6), lean)
    below = np.clip(-blur(ragged, 2.0), 0, None)
    shadow = np.exp(-((below / 0.75) ** 2)) * (0.24 if hair.fringe is Fringe.FRINGE else 0.16)
    volume = 1 + 0.10 * cell_noise(rng, (ROWS, COLUMNS), (60, 25))
    return HairCover(opacity, strands, shadow.astype(np.float32), blur(lift * volume, 1.5))


def hairline(hair: Hair, male: float) -> Field:
    """Height of the hair's border for each column, (COLUMNS,). A parting shifts the line's peak to its side."""
    sideburn = -0.2 - 1.6 * (male > 0)
    relative = LINES[hair.fringe]
    heights = [*(hair.line + step for step in relative[:_RELATIVE]), relative[_RELATIVE]]
    heights += [sideburn, 1.2, 0.4, -3.4, -6.5, -7.2]
    if hair.fringe is Fringe.SWEPT_BACK and male == 1:
        heights[2] += 0.35  # receding temples
    azimuth = np.abs(AZIMUTH_RAD)
    if hair.fringe is Fringe.PARTED:
        azimuth = np.abs(AZIMUTH_RAD - PARTING_RAD * hair.parting_side * np.clip(np.cos(AZIMUTH_RAD), 0, 1))
    return spline(azimuth, LINE_KNOTS_RAD, heights)


def _lean(hair: Hair) -> Field:
    """Columns by which a strand moves sideways for each row down, for each column of the texture."""
    azimuth = enlarge(AZIMUTH_RAD[None, :], (1, TEXTURE_SHAPE[1]))[0]
    if hair.fringe is Fringe.PARTED:
        from_parting = azimuth - PARTING_RAD * hair.parting_side
        lean: Field = PARTED_LEAN * np.tanh(from_parting / 0.10) * bell(from_parting, 1.0)
        return lean
    return COMBED_LEAN * hair.parting_side * bell(azimuth, 1.0)


def _ragged_edge(fringe: Fringe, lean: Field, rng: Generator) -> Field:
    """Centimetres by which clumps and single strands move the border up or down, texture size."""
    clump = CLUMP_CM[fringe]
    clumps = enlarge(cell_noise(rng, (ROWS, COLUMNS), (40, 9)), TEXTURE_SHAPE)
    locks = cell_noise(rng, TEXTURE_SHAPE, (40, 5 * TEXELS))
    strands = cell_noise(rng, TEXTURE_SHAPE, (22, 1.6))
    return shear(clump * clumps + 0.7 * clump * locks + STRAND_CM[fringe] * strands, lean)
