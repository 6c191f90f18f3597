"""The appearance of a person: base mesh, albedo of skin and hair. Costly, so made once and shared by all shots."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from affect_store.store.sources.synthetic.drawing.imaging import downsample, upsample, value_noise
from affect_store.store.sources.synthetic.drawing.shape_functions import Field
from affect_store.store.sources.synthetic.person.hair import HairLayer, make_hair_layer
from affect_store.store.sources.synthetic.person.head import COLUMNS, ROWS, TEXTURE_SHAPE, BaseMesh, base_mesh
from affect_store.store.sources.synthetic.person.identity import Person
from affect_store.store.sources.synthetic.person.sampling import sample_person
from affect_store.store.sources.synthetic.person.skin import skin_planes

APPEARANCE_STREAM = 2
STRAND_CONTRAST = 0.24


@dataclass(frozen=True)
class Appearance:
    """What all shots of a person share.

    `albedo` (3, rows, columns), BGR, of skin and hair; `hair_on_grid`: the hair's opacity at the grid's size;
    `detail_noise` (rows, columns): noise that brows and lips are painted with.
    """

    head: BaseMesh
    albedo: Field
    hair: HairLayer
    hair_on_grid: Field
    detail_noise: Field


def make_appearance(person: Person) -> Appearance:
    """Make the appearance of a person from (seed, index) alone, so that the order of shots does not matter."""
    rng = np.random.default_rng([*person.key, APPEARANCE_STREAM])
    head = base_mesh(person.skull)
    hair = make_hair_layer(person.hair, head, person.masculinity, rng)
    x, y = upsample(head.x, TEXTURE_SHAPE), upsample(head.y, TEXTURE_SHAPE)
    albedo = skin_planes(person, x, y, rng) * (1 - hair.shadow * (1 - hair.opacity))
    strands = 1 + STRAND_CONTRAST * hair.strands
    for plane, ink in zip(albedo, person.colours.hair, strict=True):
        plane += hair.opacity * (ink * strands - plane)
    detail_noise = 0.5 * value_noise(rng, TEXTURE_SHAPE, (5, 1.6)) + 0.5 * value_noise(rng, TEXTURE_SHAPE, (9, 3))
    return Appearance(head, albedo.astype(np.float32), hair, downsample(hair.opacity, (ROWS, COLUMNS)), detail_noise)


@lru_cache(maxsize=2)
def person_and_appearance(person_key: tuple[int, int]) -> tuple[Person, Appearance]:
    """Return the person (seed, index) and their appearance; the two latest results are cached."""
    person = sample_person(*person_key)
    return person, make_appearance(person)
