"""The head's texture in one shot: albedo, painted features, and baked lighting."""

from __future__ import annotations

import numpy as np

from affect_store.store.sources.synthetic.drawing.imaging import Bytes, to_image, upsample
from affect_store.store.sources.synthetic.person.appearance import Appearance
from affect_store.store.sources.synthetic.person.brows import paint_brow, paint_upper_face_lines
from affect_store.store.sources.synthetic.person.canvas import Canvas
from affect_store.store.sources.synthetic.person.cheeks import paint_folds
from affect_store.store.sources.synthetic.person.eyes import paint_eye
from affect_store.store.sources.synthetic.person.geometry import FeatureShapes, HeadGeometry
from affect_store.store.sources.synthetic.person.head import TEXTURE_SHAPE
from affect_store.store.sources.synthetic.person.identity import Person
from affect_store.store.sources.synthetic.person.mouth import paint_lips
from affect_store.store.sources.synthetic.person.nose import paint_nose


def paint_texture(
    person: Person, appearance: Appearance, features: FeatureShapes, geometry: HeadGeometry
) -> tuple[Bytes, Bytes]:
    """Return the texture (rows, columns, 3), BGR, and the matte (rows, columns, 3) of one shot; see `canvas`."""
    canvas = Canvas(appearance.albedo.copy(), upsample(geometry.x, TEXTURE_SHAPE), upsample(geometry.y, TEXTURE_SHAPE))
    units, mouth, nose = features.units, features.mouth, features.nose
    paint_folds(canvas, features.fold, nose, mouth)
    paint_upper_face_lines(canvas, person, units)
    paint_nose(canvas, nose)
    for sign in (1, -1):
        paint_brow(canvas, person, units, sign, appearance.detail_noise)
        paint_eye(canvas, person, units, sign)
    paint_lips(canvas, person, mouth, appearance.detail_noise)
    specular = upsample(geometry.skin_specular, TEXTURE_SHAPE)
    specular += upsample(geometry.hair_specular, TEXTURE_SHAPE) * np.clip(0.8 + 0.8 * appearance.hair.strands, 0, 2)
    for plane, light in zip(canvas.planes, geometry.light, strict=True):
        plane *= upsample(light, TEXTURE_SHAPE)
        plane += specular
    return to_image(canvas.planes), canvas.matte
