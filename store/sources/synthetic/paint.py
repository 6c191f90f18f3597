"""The texture of the head for one shot: the person's albedo, the painted features, and the light on top."""

from __future__ import annotations

import numpy as np

from store.sources.synthetic.brows import paint_brow, paint_upper_face_lines
from store.sources.synthetic.canvas import Canvas
from store.sources.synthetic.cheeks import paint_folds
from store.sources.synthetic.eyes import paint_eye
from store.sources.synthetic.head import TEXTURE_SHAPE
from store.sources.synthetic.identity import Person
from store.sources.synthetic.imaging import Bytes, enlarge, to_bytes
from store.sources.synthetic.look import Look
from store.sources.synthetic.mouth import paint_lips
from store.sources.synthetic.nose import paint_nose
from store.sources.synthetic.sculpt import Features, Sculpture


def paint_head(person: Person, look: Look, features: Features, sculpture: Sculpture) -> tuple[Bytes, Bytes]:
    """Texture (rows, columns, 3) BGR and matte (rows, columns, 3) of one shot; see `canvas.py` for the matte."""
    canvas = Canvas(look.albedo.copy(), enlarge(sculpture.x, TEXTURE_SHAPE), enlarge(sculpture.y, TEXTURE_SHAPE))
    units, mouth, nose = features.units, features.mouth, features.nose
    paint_folds(canvas, features.fold, nose, mouth)
    paint_upper_face_lines(canvas, person, units)
    paint_nose(canvas, nose)
    for sign in (1, -1):
        paint_brow(canvas, person, units, sign, look.grain)
        paint_eye(canvas, person, units, sign)
    paint_lips(canvas, person, mouth, look.grain)
    gloss = enlarge(sculpture.skin_gloss, TEXTURE_SHAPE)
    gloss += enlarge(sculpture.hair_gloss, TEXTURE_SHAPE) * np.clip(0.8 + 0.8 * look.hair.strands, 0, 2)
    for plane, light in zip(canvas.planes, sculpture.light, strict=True):
        plane *= enlarge(light, TEXTURE_SHAPE)
        plane += gloss
    return to_bytes(canvas.planes), canvas.matte
