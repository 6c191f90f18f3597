"""Deltas, texture and the face CNN's features in one network; while it trains, any of the three may drop out whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from models import corrected, face_cnn
from models.backend import keras
from models.inputs import inputs_of, texture_change, whitened
from models.layers import ModalityDropout
from models.systems import DELTA

TEXTURE = "texture"
"""Name of the whitening of the change of texture."""


@dataclass(frozen=True)
class Shape:
    """The sizes of the network: those of its vector branches and of its picture branch, and how often one drops out."""

    vectors: corrected.Shape = field(default_factory=corrected.Shape)
    pictures: face_cnn.Shape = field(default_factory=face_cnn.Shape)
    drop_modality: float = 0.3


def build(shape: Shape, components: Mapping[str, int]) -> keras.Model:
    """An untrained network: a dict of the system's inputs -> (n, 8) probabilities."""
    inputs = inputs_of("fusion")
    vectors = {DELTA: inputs[DELTA], TEXTURE: texture_change(inputs)}
    branches = [corrected.hidden(whitened(one, name, components), shape.vectors) for name, one in vectors.items()]
    branches.append(face_cnn.features(inputs, shape.pictures))
    fused = ModalityDropout(shape.drop_modality)(branches)
    outputs = corrected.probabilities(fused, keras.regularizers.L2(shape.vectors.penalty))
    return keras.Model(inputs, outputs, name="fusion_corrected")
