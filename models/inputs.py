"""The input layers of a system, and what several networks make of them first."""

from __future__ import annotations

from collections.abc import Mapping

from models.backend import keras
from models.layers import Standardise
from models.rows import IMAGE_SHAPE, VECTOR_SHAPE
from models.systems import PICTURES, PIXELS, POSITION, REFERENCE_PIXELS, REFERENCE_POSITION, SYSTEMS
from models.texture import FacePicture, MeshTexture

layers = keras.layers
Tensors = Mapping[str, keras.KerasTensor]


def inputs_of(system: str) -> dict[str, keras.KerasTensor]:
    """The input layers of a system by input name: photographs uint8 (128, 85, 3), vectors float32 (1404,)."""
    shapes = {name: IMAGE_SHAPE if name in PICTURES else VECTOR_SHAPE for name in SYSTEMS[system].inputs}
    kinds = {name: "uint8" if name in PICTURES else "float32" for name in shapes}
    return {name: keras.Input(shapes[name], dtype=kinds[name], name=name) for name in shapes}


def scaled_pixels(photographs: keras.KerasTensor) -> keras.KerasTensor:
    """Bytes to float32 in 0 to 1, same shape."""
    return layers.Rescaling(1.0 / 255.0, name="unit_range")(photographs)


def texture_change(inputs: Tensors) -> keras.KerasTensor:
    """The texture of the face minus that of its reference at the points of the mesh, (n, points)."""
    texture = MeshTexture(name="mesh_texture")
    now = texture(inputs[PIXELS], inputs[POSITION])
    return layers.Subtract(name="texture_change")([now, texture(inputs[REFERENCE_PIXELS], inputs[REFERENCE_POSITION])])


def face_pictures(inputs: Tensors) -> keras.KerasTensor:
    """The face in one shape, and its change from the reference, as the two channels of (n, 40, 36, 2)."""
    picture = FacePicture(name="face_picture")
    now = picture(inputs[PIXELS], inputs[POSITION])
    before = picture(inputs[REFERENCE_PIXELS], inputs[REFERENCE_POSITION])
    return layers.Concatenate(name="face_pictures")([now, layers.Subtract(name="face_change")([now, before])])


def whitened(features: keras.KerasTensor, name: str, components: Mapping[str, int]) -> keras.KerasTensor:
    """Features standardised and whitened within emotions; what `preparation` finds is put into these two layers."""
    standard = Standardise(name=f"{name}_standard")(features)
    return layers.Dense(components[name], use_bias=False, trainable=False, name=f"{name}_whitened")(standard)
