"""Studio lights, fixed relative to the subject, and the shading of surfaces: diffuse light and specular highlights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from affect_store.store.sources.synthetic.drawing.imaging import gradients
from affect_store.store.sources.synthetic.drawing.shape_functions import Field, dot, unit_vector

SHADOW_GAMMA = (1.12, 1.03, 0.92)
"""Exponents applied to the light for blue, green and red, so that shadows on skin are warm."""

_CAMERA_HALFWAY = unit_vector((-0.12, 0.25, 1.0))
_HAIR_HALFWAY = unit_vector((-0.15, 0.62, 0.85))
_WRAP = 0.15
"""How far diffuse light wraps around the terminator (wrapped Lambert shading)."""


@dataclass(frozen=True)
class Lights:
    """Unit directions (3,) towards the lamps, their intensities, and the intensity of the ambient light."""

    directions: tuple[Field, ...]
    strengths: tuple[float, ...]
    ambient: float


def sample_lights(rng: Generator) -> Lights:
    """Sample one shot's lights: a key above the frontal camera, a fill and a rim on each side, all jittered.

    Both sides are lit alike, as in RaFD: with the key light to one side, FaceMesh placed landmarks less accurately
    in the picture of the opposite three-quarter camera.
    """

    def jitter(deviation: float) -> float:
        return float(rng.normal(0, deviation))

    key = unit_vector((-0.12 + jitter(0.12), 0.6 + jitter(0.10), 0.9))
    key_strength = 0.42 * (1 + jitter(0.05))
    fills = (unit_vector((0.80 + jitter(0.10), 0.30, 0.6)), unit_vector((-0.85, 0.35, 0.6)))
    fill_strength = 0.21 * (1 + jitter(0.08))
    rims = (unit_vector((-1.0, 0.2, -0.2)), unit_vector((1.0, 0.2, -0.2)))
    ambient = 0.43 * (1 + jitter(0.04))
    return Lights((key, *fills, *rims), (key_strength, fill_strength, fill_strength, 0.10, 0.10), ambient)


def shade(normal: Field, lights: Lights, occlusion: Field | float = 1.0) -> Field:
    """Return wrapped Lambert shading at each normal, about 1 in full light.

    `occlusion` is the ambient occlusion term: 1 fully open, 0 fully occluded.
    """
    light = lights.ambient * (0.85 + 0.15 * normal[..., 1]) * occlusion
    reached = np.power(occlusion, 0.6)
    for direction, strength in zip(lights.directions, lights.strengths, strict=True):
        light = light + strength * np.clip((dot(normal, direction) + _WRAP) / (1 + _WRAP), 0, 1) * reached
    shaded: Field = light.astype(np.float32)
    return shaded


def shade_double_sided(normal: Field, lights: Lights) -> Field:
    """Shade a thin surface that is visible from both sides: the brighter of its front and its dimmed back."""
    both: Field = np.maximum(shade(normal, lights), 0.85 * shade(-normal, lights))
    return both


def skin_specular(normal: Field) -> Field:
    """Return a soft specular highlight, 0..1, as the frontal camera sees it."""
    specular: Field = np.clip(dot(normal, _CAMERA_HALFWAY), 0, 1) ** 28
    return specular


def hair_specular(surface: Field, normal: Field) -> Field:
    """Return the specular band, 0..1, across hair whose strands run down the columns (Kajiya and Kay 1989)."""
    _, along = gradients(surface)
    along = along / (np.sqrt(dot(along * along, np.ones(3, np.float32)))[..., None] + 1e-6)
    sine: Field = np.sqrt(np.clip(1 - dot(along, _HAIR_HALFWAY) ** 2, 0, 1))
    facing: Field = np.clip(dot(normal, _HAIR_HALFWAY), 0, 1)
    return np.power(sine, 45) * facing
