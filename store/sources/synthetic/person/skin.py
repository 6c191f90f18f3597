"""Albedo of a person's skin: tone, mottling, flush, beard shadow, freckles."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from affect_store.store.sources.synthetic.drawing.imaging import blur, upsample, value_noise, warp
from affect_store.store.sources.synthetic.drawing.shape_functions import Field, coverage, gaussian, smoothstep
from affect_store.store.sources.synthetic.person.head import AZIMUTH_RAD, TEXTURE_SHAPE
from affect_store.store.sources.synthetic.person.identity import Person

MOTTLE_TINT = (1.2, 1.1, 0.8)
FLUSH_TINT = (0.06, 0.07, 0.0)
BEARD_TINT = (0.88, 0.96, 1.0)
FRECKLE_TINT = (1.0, 0.8, 0.5)
NOISE_STEP_CM = 0.04
SKIN_RADIUS_CM, SKIN_TOP_CM, SKIN_HEIGHT_CM = 7.0, 12.0, 26.0


def skin_planes(person: Person, x: Field, y: Field, rng: Generator) -> Field:
    """Return the skin's albedo (3, rows, columns), BGR 0..255, over the texture's coordinates at rest, centimetres."""
    colours, side = person.colours, np.abs(x)
    patches, spots, pores, dots = _noises_on_skin(y, rng)
    mottle = 0.012 * patches + 0.012 * spots + 0.022 * pores
    flush = (
        0.9 * gaussian(side - 4.2, 1.9) * gaussian(y + 3.2, 1.7)
        + 0.8 * gaussian(x, 1.2) * gaussian(y + 4.3, 1.0)
        + 0.075 * patches
    )
    beard = colours.beard * _beard_area(person, side, y) * (1 + 0.5 * pores)
    specks = coverage(dots - 1.35, 0.5)
    freckles = 0.22 * colours.freckles * specks * gaussian(side - 2.8, 2.4) * gaussian(y + 2.2, 1.6)
    under_eye = 0.09 * gaussian(side - person.eyes.spacing + 0.2, 1.5) * gaussian(y + 0.75, 0.45)
    planes = np.empty((3, *TEXTURE_SHAPE), np.float32)
    for channel in range(3):
        plane = colours.skin[channel] * (1 + mottle * MOTTLE_TINT[channel])
        plane *= 1 - colours.flush * FLUSH_TINT[channel] * flush
        plane *= 1 - BEARD_TINT[channel] * beard
        plane *= 1 - FRECKLE_TINT[channel] * freckles
        planes[channel] = plane * (1 - under_eye)
    return planes


def _noises_on_skin(y: Field, rng: Generator) -> list[Field]:
    """Return noise of 2.4, 0.5, 0.05 and 0.16 cm over the texture, made flat and wrapped around the head.

    Noise made in texture space would be stretched into streaks at the sides, where texels are wide.
    """
    shape = (int(SKIN_HEIGHT_CM / NOISE_STEP_CM), int(2 * np.pi * SKIN_RADIUS_CM / NOISE_STEP_CM))
    azimuth = upsample(np.repeat(AZIMUTH_RAD[None, :], 2, axis=0), (2, TEXTURE_SHAPE[1]))[0]
    column = np.repeat(((azimuth + np.pi) * SKIN_RADIUS_CM / NOISE_STEP_CM)[None, :], TEXTURE_SHAPE[0], axis=0)
    row = (SKIN_TOP_CM - y) / NOISE_STEP_CM
    pores = blur(rng.standard_normal(shape).astype(np.float32), 0.8)
    flat = [
        value_noise(rng, shape, (60, 60)),
        value_noise(rng, shape, (12, 12)),
        pores,
        value_noise(rng, shape, (4, 4)),
    ]
    return [warp(noise, column, row) for noise in flat]


def _beard_area(person: Person, side: Field, y: Field) -> Field:
    """Return the beard's density, 0..1, on jaw, chin and upper lip."""
    lip = person.mouth.height + 1.6
    area: Field = (
        smoothstep(y, lip + 0.9, lip - 0.8) * gaussian(np.maximum(0, -y - 11.5), 2) * smoothstep(side, 7.4, 4.6)
    )
    return area
