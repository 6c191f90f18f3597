"""What surrounds the face: neck, shirt, ears, and the hair behind. Surfaces and paint of one shot.

Every piece is a grid of points in the head frame (centimetres) with a texture of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from store.sources.synthetic.ears import EAR_TEXTURE, ear_occlusion, ear_surface
from store.sources.synthetic.fields import Field, bell, ramp, spline
from store.sources.synthetic.identity import Haircut, Person
from store.sources.synthetic.imaging import cell_noise, enlarge
from store.sources.synthetic.light import SHADOW_POWER, Lights, hair_gloss, normals, ring_normals, shade, shade_sheet

PIECE_STREAM = 3
NECK_TEXTURE, SHIRT_TEXTURE, HAIR_TEXTURE = (170, 120), (170, 120), (170, 122)
NECK_SHAPE, SHIRT_SHAPE, MANE_SHAPE = (12, 41), (28, 65), (20, 49)
MANE_ANGLES_DEG = (92, 268)
EAR_PRECEDENCE = 1.2
"""Centimetres by which ears count as nearer: long hair lies behind them without being shaped around them."""
EAR_TINT = (0.88, 0.89, 0.99)


@dataclass(frozen=True)
class Piece:
    """A surface (rows, columns, 3) and its texture (rows, columns, 3) BGR 0..255 float; a sheet has two faces.

    `precedence`: see `raster.Part`."""

    surface: Field
    texture: Field
    is_sheet: bool
    precedence: float = 0.0


def pieces_of(person: Person, lights: Lights) -> list[Piece]:
    """Neck, shirt, two ears and, where the cut has any, the hair behind: the same order in every shot."""
    rng = np.random.default_rng([*person.key, PIECE_STREAM])
    pieces = [_neck(person, lights), _shirt(person, lights, cell_noise(rng, SHIRT_TEXTURE, (8, 8)))]
    pieces += [_ear(person, lights, sign) for sign in (1, -1)]
    strands = 0.6 * cell_noise(rng, HAIR_TEXTURE, (60, 1.5)) + 0.5 * cell_noise(rng, HAIR_TEXTURE, (80, 5))
    locks = rng.standard_normal(MANE_SHAPE[1]).astype(np.float32)
    if person.hair.cut is Haircut.LONG:
        pieces.append(_hair_piece(person, lights, _mane(person, locks), strands))
    elif person.hair.cut is Haircut.TIED:
        pieces.append(_hair_piece(person, lights, _bun(person), strands))
    return pieces


def _neck(person: Person, lights: Lights) -> Piece:
    """An elliptic column, darker under the jaw, with the two muscles that run to the collarbones."""
    down, around = _grid(NECK_SHAPE, (-np.pi, np.pi))
    thickness = person.skull.neck
    flare = 1 + 0.05 * (1 - down) + 0.10 * ramp(down, 0.75, 1.0)
    x = 5.2 * thickness * flare * np.sin(around)
    y = -4.2 - 12.8 * down + 0 * around
    z = _neck_centre(person) - 0.5 * down + 5.8 * thickness * np.cos(around)
    surface = np.dstack([x, y, z]).astype(np.float32)
    light = shade(ring_normals(surface), lights) - 0.12
    light *= 1 - 0.40 * np.clip(np.cos(around), 0, 1) * ramp(down, 0.88, 0.40)
    light += 0.05 * bell(np.abs(around) - 0.55 - 0.3 * (1 - down), 0.16) * ramp(down, 0.3, 0.6)
    return Piece(surface, _skin_texture(person, light, NECK_TEXTURE), is_sheet=False)


def _neck_centre(person: Person) -> float:
    """z of the neck's axis: a thin neck carries the head from further behind."""
    return -2.5 - 3.0 * (1 - person.skull.neck)


def _shirt(person: Person, lights: Lights, weave: Field) -> Piece:
    """A dark crew-neck shirt: the ring starts inside the neck, so that the collar's line is a clean intersection."""
    down, around = _grid(SHIRT_SHAPE, (-np.pi, np.pi))
    neck, broad = person.skull.neck, person.skull.shoulders
    knots = (0, 0.05, 0.09, 0.14, 0.3, 0.5, 0.65, 1)
    shoulders = [broad * half_width for half_width in (7.9, 12.5, 18, 20, 20.5)]
    width = spline(down, knots, (4.6 * neck, 5.95 * neck, 6.5 * neck, *shoulders))
    depth = spline(down, knots, (4.9 * neck, 6.35 * neck, 6.8 * neck, 7.6, 8.6, 9.3, 9.8, 10.5))
    height = spline(down, knots, (-13.7, -13.15, -13.35, -14.8, -16.6, -18.8, -21.5, -30))
    collar = -2.2 * np.clip(np.cos(around), 0, 1) * ramp(down, 0.6, 0.0)
    surface = np.dstack(
        [width * np.sin(around), height + collar, _neck_centre(person) - 0.5 + depth * np.cos(around)]
    ).astype(np.float32)
    light = enlarge(shade(ring_normals(surface), lights), SHIRT_TEXTURE)
    rows = np.linspace(0, 1, SHIRT_TEXTURE[0])[:, None]
    seam = 1 - 0.35 * bell(rows - 0.125, 0.008) + 0.10 * ramp(rows, 0.13, 0.11)
    texture = person.colours.shirt * (light * seam * (1 + 0.05 * weave))[..., None] + 4
    return Piece(surface, texture, is_sheet=False)


def _ear(person: Person, lights: Lights, sign: int) -> Piece:
    """One ear; `sign` +1 is the subject's left."""
    surface = ear_surface(person, sign)
    light = shade_sheet(ring_normals(surface), lights) * ear_occlusion()
    light[:2] = light[2].mean()  # the grid's pole has no normal
    texture = _skin_texture(person, light, EAR_TEXTURE) * np.array(EAR_TINT, np.float32)
    return Piece(surface, texture, is_sheet=True, precedence=EAR_PRECEDENCE)


def _mane(person: Person, locks: Field) -> Field:
    """Long hair: a curtain around the back of the head, in waves, its hem uneven."""
    down, around = _grid(MANE_SHAPE, tuple(np.radians(MANE_ANGLES_DEG)))
    thickness = person.hair.thickness
    side = np.abs(around - np.pi) / np.radians(88)
    length = (16.2 + 2.2 * thickness) * (1 - 0.10 * side**4) * (1 + 0.018 * locks)
    wave = 0.03 * np.sin(9 * around) * down + 0.012 * locks * down
    wide = (6.9 * person.skull.width + thickness) * (
        1 - 0.25 * ramp(down, 0.12, 0.0) + 0.10 * down * np.sin(6 * down) + wave
    )
    deep = 10.2 * person.skull.depth * (1 - 0.28 * ramp(down, 0.15, 0.0) - 0.22 * ramp(down, 0.4, 0.9) + wave)
    x = 1.03 * wide * np.sin(around)
    return np.dstack([x, 6.5 - length * down, -0.6 + deep * np.cos(around)]).astype(np.float32)


def _bun(person: Person) -> Field:
    """Tied hair: a ball behind the head."""
    down, around = _grid(MANE_SHAPE, (-np.pi, np.pi))
    radius = 2.1
    behind = -9.6 * person.skull.depth - 0.6 * person.hair.thickness
    ring = radius * np.sin(np.pi * down)
    y = -2.6 + radius * np.cos(np.pi * down) + 0 * around
    return np.dstack([ring * np.sin(around), y, behind + ring * np.cos(around)]).astype(np.float32)


def _hair_piece(person: Person, lights: Lights, surface: Field, strands: Field) -> Piece:
    normal = normals(surface)
    light = enlarge(shade_sheet(normal, lights), HAIR_TEXTURE)
    gloss = 14 * enlarge(hair_gloss(surface, normal), HAIR_TEXTURE) * np.clip(0.8 + 0.8 * strands, 0, 2)
    tone = (0.30 + 0.75 * light) * (1 + 0.25 * np.clip(strands, -2, 2))
    return Piece(surface, person.colours.hair * tone[..., None] + gloss[..., None], is_sheet=True)


def _skin_texture(person: Person, light: Field, shape: tuple[int, int]) -> Field:
    """Plain skin in this light, with the warm shadows of the face."""
    lit = np.clip(enlarge(light, shape), 0, None)[..., None] ** np.array(SHADOW_POWER, np.float32)
    texture: Field = person.colours.skin * lit
    return texture


def _grid(shape: tuple[int, int], around: tuple[float, ...]) -> tuple[Field, Field]:
    """Share of the way down (rows, 1) and angle around (1, columns)."""
    down = np.linspace(0, 1, shape[0], dtype=np.float32)[:, None]
    return down, np.linspace(around[0], around[1], shape[1], dtype=np.float32)[None, :]
