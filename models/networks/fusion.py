"""Fusion network over deltas, texture change and face CNN features, trained with modality dropout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from affect_store.models.backend import keras
from affect_store.models.networks import corrected_recipe, face_cnn
from affect_store.models.networks.corrected_recipe import CorrectedConfig
from affect_store.models.networks.face_cnn import FaceCnnConfig
from affect_store.models.networks.input_layers import input_tensors, texture_change, whitened
from affect_store.models.networks.layers import ModalityDropout
from affect_store.models.systems import DELTA

TEXTURE = "texture"
"""Name of the whitening of the texture change."""


@dataclass(frozen=True)
class FusionConfig:
    """Configuration of the vector branches and of the image branch, and the dropout rate of a whole branch."""

    vectors: CorrectedConfig = field(default_factory=CorrectedConfig)
    pictures: FaceCnnConfig = field(default_factory=FaceCnnConfig)
    drop_modality: float = 0.3


def build(config: FusionConfig, components: Mapping[str, int], classes: int) -> keras.Model:
    """Return an untrained network: a dict of the system's inputs -> (n, classes) probabilities.

    `components` holds the number of components of each whitening by name.
    """
    inputs = input_tensors("fusion")
    vectors = {DELTA: inputs[DELTA], TEXTURE: texture_change(inputs)}
    branches = [
        corrected_recipe.hidden(whitened(vector, name, components), config.vectors) for name, vector in vectors.items()
    ]
    branches.append(face_cnn.features(inputs, config.pictures))
    fused = ModalityDropout(config.drop_modality)(branches)
    outputs = corrected_recipe.probabilities(fused, keras.regularizers.L2(config.vectors.penalty), classes)
    return keras.Model(inputs, outputs, name="fusion_corrected")
