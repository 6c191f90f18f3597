"""The shape of an ear: a leaf on a polar grid with rim (helix), ridge (antihelix), bowl (concha), tragus, lobe."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from store.sources.synthetic.fields import Field, bell, ramp
from store.sources.synthetic.identity import Person

EAR_SHAPE, EAR_TEXTURE = (17, 49), (170, 60)
"""Points of the surface and texels of the paint; rows run from the middle to the rim, columns around it."""

HALF_HEIGHT, HALF_WIDTH = 2.95, 1.75
ROOT_X, ROOT_Y, ROOT_Z = 6.95, -1.2, 0.3


class _Leaf(NamedTuple):
    """Flat ear: backward and upward distance from its middle, centimetres, and relief out of the flat."""

    back: Field
    up: Field
    relief: Field


@lru_cache(maxsize=1)
def _leaf() -> _Leaf:
    radius = np.linspace(0.02, 1, EAR_SHAPE[0], dtype=np.float32)[:, None]
    angle = np.linspace(0, 2 * np.pi, EAR_SHAPE[1], dtype=np.float32)[None, :]
    up_share = radius * np.sin(angle)
    narrowing = 1 - 0.24 * ramp(-up_share, 0.15, 0.8) + 0.06 * bell(up_share - 0.45, 0.3)
    flat_front = 1 - 0.22 * np.clip(-np.cos(angle), 0, 1)
    back = HALF_WIDTH * radius * np.cos(angle) * narrowing * flat_front
    up = HALF_HEIGHT * radius * np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** 0.85
    behind = ramp(np.cos(angle), -0.75, -0.1)
    above_lobe = ramp(up_share, -0.75, -0.35)
    helix = 0.42 * bell(radius - 0.90, 0.13) * np.maximum(behind, ramp(up_share, 0.2, 0.6)) * above_lobe
    groove = 0.16 * bell(radius - 0.72, 0.11) * behind * above_lobe
    ridge = 0.24 * bell(radius - 0.54, 0.13) * ramp(np.cos(angle - 0.2), -0.2, 0.5)
    bowl = 0.55 * np.exp(-(((back + 0.15) / 0.62) ** 2 + ((up + 0.35) / 0.95) ** 2))
    tragus = 0.34 * np.exp(-(((back + 0.95) / 0.35) ** 2 + ((up + 0.45) / 0.50) ** 2))
    return _Leaf(back, up, helix - groove + ridge - bowl + tragus)


def ear_surface(person: Person, sign: int) -> Field:
    """The ear on its side of the head (+1 the subject's left), (rows, columns, 3) in the head frame."""
    leaf, size, flare = _leaf(), person.ear_size, person.ear_flare
    from_root = size * (1.3 + leaf.back)
    x = ROOT_X * person.skull.width + 0.95 * from_root * np.sin(flare) + 0.9 * leaf.relief * np.cos(flare)
    y = ROOT_Y * person.skull.length + size * leaf.up + 0.14 * from_root
    z = ROOT_Z - from_root * np.cos(flare) + 0.9 * leaf.relief * np.sin(flare)
    return np.dstack([sign * x, y, z]).astype(np.float32)


def ear_occlusion() -> Field:
    """Share of light that reaches each point of the leaf: less in the bowl and the groove."""
    open_share: Field = np.clip(0.96 + 0.95 * np.minimum(_leaf().relief, 0.12), 0.42, 1.08)
    return open_share
