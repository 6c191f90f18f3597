"""Neck, shirt, ears and the hair behind the head: textured grids of one shot, centimetres in the head frame."""

from __future__ import annotations

import numpy as np

from affect_store.store.sources.synthetic.drawing.imaging import upsample, value_noise
from affect_store.store.sources.synthetic.drawing.normals import closed_surface_normals, surface_normals
from affect_store.store.sources.synthetic.drawing.shape_functions import Field, gaussian, monotone_spline, smoothstep
from affect_store.store.sources.synthetic.person.ears import EAR_TEXTURE, ear_occlusion, ear_surface
from affect_store.store.sources.synthetic.person.identity import Haircut, Person
from affect_store.store.sources.synthetic.scene.atlas import TexturedGrid
from affect_store.store.sources.synthetic.scene.lighting import (
    SHADOW_GAMMA,
    Lights,
    hair_specular,
    shade,
    shade_double_sided,
)

ATTACHMENT_STREAM = 3
NECK_TEXTURE, SHIRT_TEXTURE, HAIR_TEXTURE = (170, 120), (170, 120), (170, 122)
NECK_SHAPE, SHIRT_SHAPE, LONG_HAIR_SHAPE = (12, 41), (28, 65), (20, 49)
LONG_HAIR_ANGLES_DEG = (92, 268)
EAR_DEPTH_BIAS = 1.2
"""In centimetres; it lets long hair pass behind the ears without being shaped around them."""

EAR_TINT = (0.88, 0.89, 0.99)


def make_attachments(person: Person, lights: Lights) -> list[TexturedGrid]:
    """Return neck, shirt, both ears and, for long or tied hair, the hair behind: in the same order in every shot."""
    rng = np.random.default_rng([*person.key, ATTACHMENT_STREAM])
    grids = [_neck(person, lights), _shirt(person, lights, value_noise(rng, SHIRT_TEXTURE, (8, 8)))]
    grids += [_ear(person, lights, sign) for sign in (1, -1)]
    strands = 0.6 * value_noise(rng, HAIR_TEXTURE, (60, 1.5)) + 0.5 * value_noise(rng, HAIR_TEXTURE, (80, 5))
    locks = rng.standard_normal(LONG_HAIR_SHAPE[1]).astype(np.float32)
    if person.hair.cut is Haircut.LONG:
        grids.append(_hair_grid(person, lights, _long_hair(person, locks), strands))
    elif person.hair.cut is Haircut.TIED:
        grids.append(_hair_grid(person, lights, _bun(person), strands))
    return grids


def _neck(person: Person, lights: Lights) -> TexturedGrid:
    """Return an elliptic column, darker under the jaw, with the sternocleidomastoid muscles."""
    down, around = _grid(NECK_SHAPE, (-np.pi, np.pi))
    thickness = person.skull.neck
    flare = 1 + 0.05 * (1 - down) + 0.10 * smoothstep(down, 0.75, 1.0)
    x = 5.2 * thickness * flare * np.sin(around)
    y = -4.2 - 12.8 * down + 0 * around
    z = _neck_centre(person) - 0.5 * down + 5.8 * thickness * np.cos(around)
    surface = np.dstack([x, y, z]).astype(np.float32)
    light = shade(closed_surface_normals(surface), lights) - 0.12
    light *= 1 - 0.40 * np.clip(np.cos(around), 0, 1) * smoothstep(down, 0.88, 0.40)
    light += 0.05 * gaussian(np.abs(around) - 0.55 - 0.3 * (1 - down), 0.16) * smoothstep(down, 0.3, 0.6)
    return TexturedGrid(surface, _skin_texture(person, light, NECK_TEXTURE), is_double_sided=False)


def _neck_centre(person: Person) -> float:
    """Return z of the neck's axis: the thinner the neck, the further back."""
    return -2.5 - 3.0 * (1 - person.skull.neck)


def _shirt(person: Person, lights: Lights, weave: Field) -> TexturedGrid:
    """Return a dark crew-neck shirt; it starts inside the neck, so that the collar is a clean intersection."""
    down, around = _grid(SHIRT_SHAPE, (-np.pi, np.pi))
    neck, broad = person.skull.neck, person.skull.shoulders
    knots = (0, 0.05, 0.09, 0.14, 0.3, 0.5, 0.65, 1)
    shoulders = [broad * half_width for half_width in (7.9, 12.5, 18, 20, 20.5)]
    width = monotone_spline(down, knots, (4.6 * neck, 5.95 * neck, 6.5 * neck, *shoulders))
    depth = monotone_spline(down, knots, (4.9 * neck, 6.35 * neck, 6.8 * neck, 7.6, 8.6, 9.3, 9.8, 10.5))
    height = monotone_spline(down, knots, (-13.7, -13.15, -13.35, -14.8, -16.6, -18.8, -21.5, -30))
    collar = -2.2 * np.clip(np.cos(around), 0, 1) * smoothstep(down, 0.6, 0.0)
    surface = np.dstack(
        [width * np.sin(around), height + collar, _neck_centre(person) - 0.5 + depth * np.cos(around)]
    ).astype(np.float32)
    light = upsample(shade(closed_surface_normals(surface), lights), SHIRT_TEXTURE)
    rows = np.linspace(0, 1, SHIRT_TEXTURE[0])[:, None]
    seam = 1 - 0.35 * gaussian(rows - 0.125, 0.008) + 0.10 * smoothstep(rows, 0.13, 0.11)
    texture = person.colours.shirt * (light * seam * (1 + 0.05 * weave))[..., None] + 4
    return TexturedGrid(surface, texture, is_double_sided=False)


def _ear(person: Person, lights: Lights, sign: int) -> TexturedGrid:
    """Return one ear; `sign` +1 is the subject's left."""
    surface = ear_surface(person, sign)
    light = shade_double_sided(closed_surface_normals(surface), lights) * ear_occlusion()
    light[:2] = light[2].mean()  # the grid's pole has no normal
    texture = _skin_texture(person, light, EAR_TEXTURE) * np.array(EAR_TINT, np.float32)
    return TexturedGrid(surface, texture, is_double_sided=True, depth_bias=EAR_DEPTH_BIAS)


def _long_hair(person: Person, locks: Field) -> Field:
    """Return the surface of long hair: a wavy curtain around the back of the head with an uneven hem."""
    down, around = _grid(LONG_HAIR_SHAPE, tuple(np.radians(LONG_HAIR_ANGLES_DEG)))
    thickness = person.hair.thickness
    side = np.abs(around - np.pi) / np.radians(88)
    length = (16.2 + 2.2 * thickness) * (1 - 0.10 * side**4) * (1 + 0.018 * locks)
    wave = 0.03 * np.sin(9 * around) * down + 0.012 * locks * down
    wide = (6.9 * person.skull.width + thickness) * (
        1 - 0.25 * smoothstep(down, 0.12, 0.0) + 0.10 * down * np.sin(6 * down) + wave
    )
    deep = (
        10.2 * person.skull.depth * (1 - 0.28 * smoothstep(down, 0.15, 0.0) - 0.22 * smoothstep(down, 0.4, 0.9) + wave)
    )
    x = 1.03 * wide * np.sin(around)
    return np.dstack([x, 6.5 - length * down, -0.6 + deep * np.cos(around)]).astype(np.float32)


def _bun(person: Person) -> Field:
    """Return the surface of tied hair: a ball behind the head."""
    down, around = _grid(LONG_HAIR_SHAPE, (-np.pi, np.pi))
    radius = 2.1
    behind = -9.6 * person.skull.depth - 0.6 * person.hair.thickness
    ring = radius * np.sin(np.pi * down)
    y = -2.6 + radius * np.cos(np.pi * down) + 0 * around
    return np.dstack([ring * np.sin(around), y, behind + ring * np.cos(around)]).astype(np.float32)


def _hair_grid(person: Person, lights: Lights, surface: Field, strands: Field) -> TexturedGrid:
    normal = surface_normals(surface)
    light = upsample(shade_double_sided(normal, lights), HAIR_TEXTURE)
    specular = 14 * upsample(hair_specular(surface, normal), HAIR_TEXTURE) * np.clip(0.8 + 0.8 * strands, 0, 2)
    tone = (0.30 + 0.75 * light) * (1 + 0.25 * np.clip(strands, -2, 2))
    return TexturedGrid(surface, person.colours.hair * tone[..., None] + specular[..., None], is_double_sided=True)


def _skin_texture(person: Person, light: Field, shape: tuple[int, int]) -> Field:
    """Return plain skin under this light, with the same warm shadows as the face."""
    lit = np.clip(upsample(light, shape), 0, None)[..., None] ** np.array(SHADOW_GAMMA, np.float32)
    texture: Field = person.colours.skin * lit
    return texture


def _grid(shape: tuple[int, int], around: tuple[float, ...]) -> tuple[Field, Field]:
    """Return grid coordinates: fraction of the way down (rows, 1) and angle around (1, columns), radians."""
    down = np.linspace(0, 1, shape[0], dtype=np.float32)[:, None]
    return down, np.linspace(around[0], around[1], shape[1], dtype=np.float32)[None, :]
