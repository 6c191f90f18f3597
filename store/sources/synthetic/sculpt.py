"""The head of one shot: the bare head with every feature's bump, its normals and its light. No paint, no camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from store.sources.synthetic.brows import brow_relief
from store.sources.synthetic.canvas import Patch
from store.sources.synthetic.cheeks import Fold, cheek_relief, chin_relief, fold_relief, nasolabial_fold
from store.sources.synthetic.expression import ActionUnits
from store.sources.synthetic.eyes import drape_lids, socket_relief
from store.sources.synthetic.fields import Field, bell, ramp
from store.sources.synthetic.head import AZIMUTH_RAD, COLUMNS, ROW_PLACES, SECTION_PLACES, BareHead
from store.sources.synthetic.identity import Person
from store.sources.synthetic.imaging import blur
from store.sources.synthetic.light import SHADOW_POWER, Lights, hair_gloss, normals, shade, skin_gloss
from store.sources.synthetic.look import Look
from store.sources.synthetic.mouth import MouthShape, jaw_weight, lip_relief, mouth_shape
from store.sources.synthetic.nose import NoseShape, nose_relief, nose_shape

FACE_ROWS = slice(int(np.argmax(SECTION_PLACES[12] > ROW_PLACES)), None)
FACE_COLUMNS = slice(int(0.12 * COLUMNS), int(0.88 * COLUMNS))
"""The part of the grid that carries features; the rest of the head is hair and neck."""

OCCLUSION = ((3.0, 0.46), (9.0, 0.24))
"""Blur (grid steps) and weight of the two scales at which hollows of the relief lose light."""
SKIN_GLOSS, HAIR_GLOSS = 26.0, 34.0


@dataclass(frozen=True)
class Features:
    """Shapes of one shot that relief and paint share."""

    units: ActionUnits
    mouth: MouthShape
    nose: NoseShape
    fold: Fold


@dataclass(frozen=True)
class Sculpture:
    """The surface (ROWS, COLUMNS, 3) with hair; the face's points without hair, `x` and `y`; per-channel light
    (3 fields), highlights of skin and of hair, all on the grid."""

    surface: Field
    x: Field
    y: Field
    light: tuple[Field, ...]
    skin_gloss: Field
    hair_gloss: Field


def shape_features(person: Person, units: ActionUnits) -> Features:
    """The curves of mouth, nose and fold that these units give the person."""
    mouth, nose = mouth_shape(person, units), nose_shape(person.nose, units)
    return Features(units, mouth, nose, nasolabial_fold(person, units, nose, mouth))


def sculpt(person: Person, look: Look, features: Features, lights: Lights) -> Sculpture:
    """Jaw, relief, lids, hair and light, in this order."""
    head, front = look.head, ramp(look.head.z, 1.0, 4.5)
    x, y, z = _move_jaw(head, front, person, features)
    place = (FACE_ROWS, FACE_COLUMNS)
    patch = Patch(x[place], y[place], np.abs(x[place]))
    relief = np.zeros_like(x)
    relief[place] = _relief(patch, person, features) * front[place]
    z = z + relief
    z[place] = drape_lids(patch, z[place], front[place], person)
    surface = _add_hair(x, y, z, look, person.hair.thickness)
    normal = normals(surface)
    shaded = np.clip(shade(normal, lights, _occlusion(relief)), 0, 1.6)
    return Sculpture(
        surface=surface,
        x=x,
        y=y,
        light=_light_planes(shaded, head, look.hair_on_grid),
        skin_gloss=SKIN_GLOSS * skin_gloss(normal) * (1 - look.hair_on_grid),
        hair_gloss=HAIR_GLOSS * hair_gloss(surface, normal) * look.hair_on_grid,
    )


def _move_jaw(head: BareHead, front: Field, person: Person, features: Features) -> tuple[Field, Field, Field]:
    """Only the jaw moves points of the grid: down and a little back; a raised chin is pushed up."""
    drop = features.mouth.jaw_drop * jaw_weight(person.mouth, head.y, head.z)
    chin_y = person.mouth.height - 3.2
    y = head.y - drop
    raised = 0.28 * features.units.chin_raiser * bell(head.x, 2.2) * bell(y - chin_y, 1.5) * front
    return head.x, y + raised, head.z - 0.30 * drop


def _relief(patch: Patch, person: Person, features: Features) -> Field:
    """Height of every feature over the bare head, centimetres along z."""
    units, mouth, nose = features.units, features.mouth, features.nose
    relief: Field = (
        brow_relief(patch, person, units)
        + socket_relief(patch, person)
        + cheek_relief(patch, person, units)
        + nose_relief(patch, nose)
        + fold_relief(patch, features.fold, nose, mouth)
        + lip_relief(patch, mouth)
        + chin_relief(patch, person, units, mouth)
    )
    return relief


def _add_hair(x: Field, y: Field, z: Field, look: Look, thickness: float) -> Field:
    """The surface with hair standing off outwards, and upwards near the crown."""
    off = 0.8 * thickness * look.hair.lift
    outward_x, outward_z = np.sin(AZIMUTH_RAD)[None], np.cos(AZIMUTH_RAD)[None]
    up = ramp(look.head.y, 2.0, 11.0)
    return np.dstack([x + off * outward_x, y + off * up, z + off * outward_z]).astype(np.float32)


def _occlusion(relief: Field) -> Field:
    """Share of the sky that reaches each point, .5..1.1: less in hollows of the relief."""
    openness = np.ones_like(relief)
    for sigma, weight in OCCLUSION:
        openness += weight * np.clip(relief - blur(relief, sigma), -0.6, 0.25)
    clipped: Field = np.clip(openness, 0.5, 1.10)
    return clipped


def _light_planes(shaded: Field, head: BareHead, hair: Field) -> tuple[Field, ...]:
    """Light for blue, green, red: warm shadows on skin, dimmed under the jaw, neutral on hair."""
    under_jaw = ramp(ROW_PLACES.astype(np.float32), 0.17, 0.06)[:, None] * ramp(head.y, -3.5, -6.0)
    on_skin, on_hair = shaded * (1 - 0.5 * under_jaw), 0.30 + 0.85 * shaded
    return tuple(np.power(on_skin, power) * (1 - hair) + on_hair * hair for power in SHADOW_POWER)
