"""The shape of the ears: a polar grid with helix, antihelix, concha, tragus and lobe."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from affect_store.store.sources.synthetic.drawing.shape_functions import Field, gaussian, smoothstep
from affect_store.store.sources.synthetic.person.identity import Person

EAR_SHAPE, EAR_TEXTURE = (17, 49), (170, 60)
"""Grid points of the surface and texels of its texture; rows run from the centre to the rim, columns around it."""

HALF_HEIGHT, HALF_WIDTH = 2.95, 1.75
ROOT_X, ROOT_Y, ROOT_Z = 6.95, -1.2, 0.3


class _FlatEar(NamedTuple):
    """The flattened ear: backward and upward distance from its centre, and displacement out of the plane, in cm."""

    back: Field
    up: Field
    displacement: Field


@lru_cache(maxsize=1)
def _flat_ear() -> _FlatEar:
    radius = np.linspace(0.02, 1, EAR_SHAPE[0], dtype=np.float32)[:, None]
    angle = np.linspace(0, 2 * np.pi, EAR_SHAPE[1], dtype=np.float32)[None, :]
    up_share = radius * np.sin(angle)
    narrowing = 1 - 0.24 * smoothstep(-up_share, 0.15, 0.8) + 0.06 * gaussian(up_share - 0.45, 0.3)
    flat_front = 1 - 0.22 * np.clip(-np.cos(angle), 0, 1)
    back = HALF_WIDTH * radius * np.cos(angle) * narrowing * flat_front
    up = HALF_HEIGHT * radius * np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** 0.85
    behind = smoothstep(np.cos(angle), -0.75, -0.1)
    above_lobe = smoothstep(up_share, -0.75, -0.35)
    helix = 0.42 * gaussian(radius - 0.90, 0.13) * np.maximum(behind, smoothstep(up_share, 0.2, 0.6)) * above_lobe
    groove = 0.16 * gaussian(radius - 0.72, 0.11) * behind * above_lobe
    ridge = 0.24 * gaussian(radius - 0.54, 0.13) * smoothstep(np.cos(angle - 0.2), -0.2, 0.5)
    bowl = 0.55 * np.exp(-(((back + 0.15) / 0.62) ** 2 + ((up + 0.35) / 0.95) ** 2))
    tragus = 0.34 * np.exp(-(((back + 0.95) / 0.35) ** 2 + ((up + 0.45) / 0.50) ** 2))
    return _FlatEar(back, up, helix - groove + ridge - bowl + tragus)


def ear_surface(person: Person, sign: int) -> Field:
    """Return an ear's surface (rows, columns, 3) in the head frame; `sign` +1 is the subject's left."""
    flat, size, flare = _flat_ear(), person.ear_size, person.ear_flare
    from_root = size * (1.3 + flat.back)
    x = ROOT_X * person.skull.width + 0.95 * from_root * np.sin(flare) + 0.9 * flat.displacement * np.cos(flare)
    y = ROOT_Y * person.skull.length + size * flat.up + 0.14 * from_root
    z = ROOT_Z - from_root * np.cos(flare) + 0.9 * flat.displacement * np.sin(flare)
    return np.dstack([sign * x, y, z]).astype(np.float32)


def ear_occlusion() -> Field:
    """Return the ambient occlusion of an ear, about 1 in the open and less in its hollows."""
    openness: Field = np.clip(0.96 + 0.95 * np.minimum(_flat_ear().displacement, 0.12), 0.42, 1.08)
    return openness
