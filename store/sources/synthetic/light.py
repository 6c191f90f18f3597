"""The studio's lights, fixed to the subject, and what they make of any surface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from store.sources.synthetic.fields import Field, dot, unit
from store.sources.synthetic.imaging import slopes

SHADOW_POWER = (1.12, 1.03, 0.92)
"""Power of the light for blue, green, red: shadows on skin are warm."""
_CAMERA_HALFWAY = unit((-0.12, 0.25, 1.0))
_HAIR_HALFWAY = unit((-0.15, 0.62, 0.85))
_WRAP = 0.15


@dataclass(frozen=True)
class Lights:
    """Directions (3,) of the lamps with their strengths, and the strength of the light from everywhere."""

    directions: tuple[Field, ...]
    strengths: tuple[float, ...]
    ambient: float


def set_up_lights(rng: Generator) -> Lights:
    """Key light above the frontal camera, a fill and a rim on each side; a little different in every shot.

    The two sides are lit alike, as in RaFD: with the key at one side FaceMesh placed landmarks worse on the other
    three-quarter camera.
    """

    def jitter(deviation: float) -> float:
        return float(rng.normal(0, deviation))

    key = unit((-0.12 + jitter(0.12), 0.6 + jitter(0.10), 0.9))
    key_strength = 0.42 * (1 + jitter(0.05))
    fills = (unit((0.80 + jitter(0.10), 0.30, 0.6)), unit((-0.85, 0.35, 0.6)))
    fill_strength = 0.21 * (1 + jitter(0.08))
    rims = (unit((-1.0, 0.2, -0.2)), unit((1.0, 0.2, -0.2)))
    ambient = 0.43 * (1 + jitter(0.04))
    return Lights((key, *fills, *rims), (key_strength, fill_strength, fill_strength, 0.10, 0.10), ambient)


def normals(surface: Field) -> Field:
    """Outward unit normals of a geometry image (rows, columns, 3)."""
    across, down = slopes(surface)
    normal = np.empty_like(surface)
    for axis in range(3):
        one, two = (axis + 1) % 3, (axis + 2) % 3
        normal[..., axis] = across[..., two] * down[..., one] - across[..., one] * down[..., two]
    normal /= np.sqrt(dot(normal * normal, np.ones(3, np.float32)))[..., None] + 1e-6
    return normal


def ring_normals(surface: Field) -> Field:
    """As `normals`, of a surface whose last column is its first one again: no seam where they meet."""
    closed = np.concatenate([surface[:, -2:-1], surface, surface[:, 1:2]], axis=1)
    return normals(closed)[:, 1:-1]


def shade(normal: Field, lights: Lights, occlusion: Field | float = 1.0) -> Field:
    """Wrapped Lambert light at each normal, about 1 in the full light; `occlusion` 1 = open, 0 = hidden."""
    light = lights.ambient * (0.85 + 0.15 * normal[..., 1]) * occlusion
    reached = np.power(occlusion, 0.6)
    for direction, strength in zip(lights.directions, lights.strengths, strict=True):
        light = light + strength * np.clip((dot(normal, direction) + _WRAP) / (1 + _WRAP), 0, 1) * reached
    shaded: Field = light.astype(np.float32)
    return shaded


def shade_sheet(normal: Field, lights: Lights) -> Field:
    """Light on a thin sheet that is seen from both sides: the brighter side, the other one dimmed."""
    both: Field = np.maximum(shade(normal, lights), 0.85 * shade(-normal, lights))
    return both


def skin_gloss(normal: Field) -> Field:
    """Soft highlight for the frontal camera, 0..1."""
    gloss: Field = np.clip(dot(normal, _CAMERA_HALFWAY), 0, 1) ** 28
    return gloss


def hair_gloss(surface: Field, normal: Field) -> Field:
    """Highlight band across hair that runs along the rows' direction, 0..1 (Kajiya and Kay 1989)."""
    _, along = slopes(surface)
    along = along / (np.sqrt(dot(along * along, np.ones(3, np.float32)))[..., None] + 1e-6)
    sine: Field = np.sqrt(np.clip(1 - dot(along, _HAIR_HALFWAY) ** 2, 0, 1))
    facing: Field = np.clip(dot(normal, _HAIR_HALFWAY), 0, 1)
    return np.power(sine, 45) * facing
