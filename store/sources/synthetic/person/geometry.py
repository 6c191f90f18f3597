"""The head's geometry in one shot: base mesh plus displacement of all features, its normals and its shading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from affect_store.store.sources.synthetic.drawing.imaging import blur
from affect_store.store.sources.synthetic.drawing.normals import surface_normals
from affect_store.store.sources.synthetic.drawing.shape_functions import Field, gaussian, smoothstep
from affect_store.store.sources.synthetic.person.appearance import Appearance
from affect_store.store.sources.synthetic.person.brows import brow_displacement
from affect_store.store.sources.synthetic.person.canvas import Patch
from affect_store.store.sources.synthetic.person.cheeks import (
    Fold,
    cheek_displacement,
    chin_displacement,
    fold_displacement,
    nasolabial_fold,
)
from affect_store.store.sources.synthetic.person.expression import ActionUnits
from affect_store.store.sources.synthetic.person.eyes import drape_lids, socket_displacement
from affect_store.store.sources.synthetic.person.head import (
    AZIMUTH_RAD,
    COLUMNS,
    ROW_POSITIONS,
    SECTION_POSITIONS,
    BaseMesh,
)
from affect_store.store.sources.synthetic.person.identity import Person
from affect_store.store.sources.synthetic.person.mouth import MouthShape, jaw_weight, lip_displacement, mouth_shape
from affect_store.store.sources.synthetic.person.nose import NoseShape, nose_displacement, nose_shape
from affect_store.store.sources.synthetic.scene.lighting import (
    SHADOW_GAMMA,
    Lights,
    hair_specular,
    shade,
    skin_specular,
)

FACE_ROWS = slice(int(np.argmax(SECTION_POSITIONS[12] > ROW_POSITIONS)), None)
FACE_COLUMNS = slice(int(0.12 * COLUMNS), int(0.88 * COLUMNS))
"""Rows and columns of the grid that carry facial features; the rest of the head is scalp and neck."""

OCCLUSION = ((3.0, 0.46), (9.0, 0.24))
"""Blur (grid steps) and weight of the two scales of ambient occlusion."""

SKIN_SPECULAR, HAIR_SPECULAR = 26.0, 34.0


@dataclass(frozen=True)
class FeatureShapes:
    """Shapes of one shot that displacement and paint share."""

    units: ActionUnits
    mouth: MouthShape
    nose: NoseShape
    fold: Fold


@dataclass(frozen=True)
class HeadGeometry:
    """Surface and shading at the grid's size.

    `surface` (ROWS, COLUMNS, 3) with the hair's volume; `x` and `y` (ROWS, COLUMNS) of the skin; `light`: diffuse
    light for blue, green, red; specular highlights of skin and hair.
    """

    surface: Field
    x: Field
    y: Field
    light: tuple[Field, ...]
    skin_specular: Field
    hair_specular: Field


def feature_shapes(person: Person, units: ActionUnits) -> FeatureShapes:
    """Return the person's shapes of mouth, nose and nasolabial fold under these action units."""
    mouth, nose = mouth_shape(person, units), nose_shape(person.nose, units)
    return FeatureShapes(units, mouth, nose, nasolabial_fold(person, units, nose, mouth))


def build_head(person: Person, appearance: Appearance, features: FeatureShapes, lights: Lights) -> HeadGeometry:
    """Build the head: jaw, displacement, lids, hair and shading, in this order."""
    head, front = appearance.head, smoothstep(appearance.head.z, 1.0, 4.5)
    x, y, z = _move_jaw(head, front, person, features)
    face = (FACE_ROWS, FACE_COLUMNS)
    patch = Patch(x[face], y[face], np.abs(x[face]))
    displacement = np.zeros_like(x)
    displacement[face] = _displacement(patch, person, features) * front[face]
    z = z + displacement
    z[face] = drape_lids(patch, z[face], front[face], person)
    surface = _add_hair(x, y, z, appearance, person.hair.thickness)
    normal = surface_normals(surface)
    shaded = np.clip(shade(normal, lights, _occlusion(displacement)), 0, 1.6)
    return HeadGeometry(
        surface=surface,
        x=x,
        y=y,
        light=_light_planes(shaded, head, appearance.hair_on_grid),
        skin_specular=SKIN_SPECULAR * skin_specular(normal) * (1 - appearance.hair_on_grid),
        hair_specular=HAIR_SPECULAR * hair_specular(surface, normal) * appearance.hair_on_grid,
    )


def _move_jaw(head: BaseMesh, front: Field, person: Person, features: FeatureShapes) -> tuple[Field, Field, Field]:
    """Return x, y, z of the grid after AU26 lowered the jaw, down and slightly back, and AU17 raised the chin."""
    drop = features.mouth.jaw_drop * jaw_weight(person.mouth, head.y, head.z)
    chin_y = person.mouth.height - 3.2
    y = head.y - drop
    raised = 0.28 * features.units.chin_raiser * gaussian(head.x, 2.2) * gaussian(y - chin_y, 1.5) * front
    return head.x, y + raised, head.z - 0.30 * drop


def _displacement(patch: Patch, person: Person, features: FeatureShapes) -> Field:
    """Return the displacement of all features over the base mesh, centimetres along z."""
    units, mouth, nose = features.units, features.mouth, features.nose
    displacement: Field = (
        brow_displacement(patch, person, units)
        + socket_displacement(patch, person)
        + cheek_displacement(patch, person, units)
        + nose_displacement(patch, nose)
        + fold_displacement(patch, features.fold, nose, mouth)
        + lip_displacement(patch, mouth)
        + chin_displacement(patch, person, units, mouth)
    )
    return displacement


def _add_hair(x: Field, y: Field, z: Field, appearance: Appearance, thickness: float) -> Field:
    """Return the surface raised by the hair's volume: outwards, and upwards near the crown."""
    off = 0.8 * thickness * appearance.hair.lift
    outward_x, outward_z = np.sin(AZIMUTH_RAD)[None], np.cos(AZIMUTH_RAD)[None]
    up = smoothstep(appearance.head.y, 2.0, 11.0)
    return np.dstack([x + off * outward_x, y + off * up, z + off * outward_z]).astype(np.float32)


def _occlusion(displacement: Field) -> Field:
    """Return the ambient occlusion term, 0.5..1.1: smaller in hollows of the displacement."""
    openness = np.ones_like(displacement)
    for sigma, weight in OCCLUSION:
        openness += weight * np.clip(displacement - blur(displacement, sigma), -0.6, 0.25)
    clipped: Field = np.clip(openness, 0.5, 1.10)
    return clipped


def _light_planes(shaded: Field, head: BaseMesh, hair: Field) -> tuple[Field, ...]:
    """Return the light for blue, green, red: warm shadows on skin, dimmer under the jaw, neutral on hair."""
    under_jaw = smoothstep(ROW_POSITIONS.astype(np.float32), 0.17, 0.06)[:, None] * smoothstep(head.y, -3.5, -6.0)
    on_skin, on_hair = shaded * (1 - 0.5 * under_jaw), 0.30 + 0.85 * shaded
    return tuple(np.power(on_skin, power) * (1 - hair) + on_hair * hair for power in SHADOW_GAMMA)
