"""Input layers of a system, and the first layers that several networks share: scaling, texture and whitening."""

from __future__ import annotations

from collections.abc import Mapping

from affect_store.models.backend import keras
from affect_store.models.networks.layers import Standardise
from affect_store.models.networks.texture_layers import FacePicture, MeshTexture
from affect_store.models.rows import IMAGE_SHAPE, VECTOR_SHAPE
from affect_store.models.systems import IMAGE_INPUTS, PIXELS, POSITION, REFERENCE_PIXELS, REFERENCE_POSITION, SYSTEMS

layers = keras.layers
Tensors = Mapping[str, keras.KerasTensor]


def input_tensors(system: str) -> dict[str, keras.KerasTensor]:
    """Return the input layers of a system by input name: photographs uint8 (128, 85, 3), vectors float32 (1404,)."""
    shapes = {name: IMAGE_SHAPE if name in IMAGE_INPUTS else VECTOR_SHAPE for name in SYSTEMS[system].inputs}
    dtypes = {name: "uint8" if name in IMAGE_INPUTS else "float32" for name in shapes}
    return {name: keras.Input(shapes[name], dtype=dtypes[name], name=name) for name in shapes}


def scaled_pixels(photographs: keras.KerasTensor) -> keras.KerasTensor:
    """Scale bytes to float32 between 0 and 1; same shape."""
    return layers.Rescaling(1.0 / 255.0, name="unit_range")(photographs)


def texture_change(inputs: Tensors) -> keras.KerasTensor:
    """Return the texture of the face minus that of its reference at the points of the mesh, (n, points)."""
    texture = MeshTexture(name="mesh_texture")
    current = texture(inputs[PIXELS], inputs[POSITION])
    reference = texture(inputs[REFERENCE_PIXELS], inputs[REFERENCE_POSITION])
    return layers.Subtract(name="texture_change")([current, reference])


def shape_normalised_faces(inputs: Tensors) -> keras.KerasTensor:
    """Return the shape-normalised face and its change from the reference as two channels, (n, 40, 36, 2)."""
    picture = FacePicture(name="face_picture")
    current = picture(inputs[PIXELS], inputs[POSITION])
    reference = picture(inputs[REFERENCE_PIXELS], inputs[REFERENCE_POSITION])
    change = layers.Subtract(name="face_change")([current, reference])
    return layers.Concatenate(name="face_pictures")([current, change])


def whitened(features: keras.KerasTensor, name: str, components: Mapping[str, int]) -> keras.KerasTensor:
    """Standardise and whiten features within emotions; `preprocessing.apply` sets the weights of these two layers."""
    standard = Standardise(name=f"{name}_standard")(features)
    return layers.Dense(components[name], use_bias=False, trainable=False, name=f"{name}_whitened")(standard)
