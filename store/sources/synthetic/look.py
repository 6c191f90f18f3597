"""All that a person's photographs share and that is costly: the bare head, skin and hair. Made once for a person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from store.sources.synthetic.casting import cast
from store.sources.synthetic.fields import Field
from store.sources.synthetic.hair import HairCover, grow_hair
from store.sources.synthetic.head import COLUMNS, ROWS, TEXTURE_SHAPE, BareHead, bare_head
from store.sources.synthetic.identity import Person
from store.sources.synthetic.imaging import cell_noise, enlarge, shrink
from store.sources.synthetic.skin import skin_planes

LOOK_STREAM = 2
STRAND_CONTRAST = 0.24


@dataclass(frozen=True)
class Look:
    """Bare head; albedo (3, rows, columns) of skin and hair; the hair; its opacity on the grid; noise for brows."""

    head: BareHead
    albedo: Field
    hair: HairCover
    hair_on_grid: Field
    grain: Field


def make_look(person: Person) -> Look:
    """The look of a person, from (seed, index) alone: never from a shot, whose order would then matter."""
    rng = np.random.default_rng([*person.key, LOOK_STREAM])
    head = bare_head(person.skull)
    hair = grow_hair(person.hair, head, person.male, rng)
    x, y = enlarge(head.x, TEXTURE_SHAPE), enlarge(head.y, TEXTURE_SHAPE)
    albedo = skin_planes(person, x, y, rng) * (1 - hair.shadow * (1 - hair.opacity))
    strands = 1 + STRAND_CONTRAST * hair.strands
    for plane, ink in zip(albedo, person.colours.hair, strict=True):
        plane += hair.opacity * (ink * strands - plane)
    grain = 0.5 * cell_noise(rng, TEXTURE_SHAPE, (5, 1.6)) + 0.5 * cell_noise(rng, TEXTURE_SHAPE, (9, 3))
    return Look(head, albedo.astype(np.float32), hair, shrink(hair.opacity, (ROWS, COLUMNS)), grain)


@lru_cache(maxsize=2)
def look_of(person_key: tuple[int, int]) -> tuple[Person, Look]:
    """The cast person (seed, index) and their look; the last two are remembered."""
    person = cast(*person_key)
    return person, make_look(person)
