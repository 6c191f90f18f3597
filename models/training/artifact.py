"""Save and load fitted systems without pickle: networks in Keras's own format, linear systems and estimators as npz.

Networks are loaded in Keras's safe mode: they can name layers of Keras and of this project, but contain no code. Keras
is imported only for systems that need it.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from affect_store.models.systems import LINEAR, get_system, input_columns
from affect_store.models.training.artifact_files import COEFFICIENTS, ESTIMATOR, NETWORK, RECORD, fingerprint
from affect_store.models.training.fitted import FittedSystem
from affect_store.models.training.linear_model import LinearModel
from affect_store.models.training.own_estimator import OwnEstimator, load_estimator, save_estimator
from affect_store.store.emotion_classes import classes_in
from affect_store.store.errors import ShapeError

if TYPE_CHECKING:
    from affect_store.models.backend import keras

_COEFFICIENT_ARRAYS = ("mean", "deviation", "weights", "bias")


def save(fitted: FittedSystem, folder: Path) -> str:
    """Write `folder` (created if missing) and return the sha256 over the names and bytes of its files.

    A network is saved without its optimiser state, which is larger than its weights.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(fitted.model, LinearModel):
        np.savez(folder / COEFFICIENTS, **{name: getattr(fitted.model, name) for name in _COEFFICIENT_ARRAYS})
    elif isinstance(fitted.model, OwnEstimator):
        save_estimator(fitted.model, folder)
    else:
        _without_optimizer(fitted.model).save(folder / NETWORK)
    record = {name: getattr(fitted, name) for name in ("system", "recipe", "parameters", "epochs")}
    (folder / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True, allow_nan=False), encoding="utf-8")
    return fingerprint(folder)


def _without_optimizer(model: keras.Model) -> keras.Model:
    from affect_store.models.backend import keras

    copy = keras.Model.from_config(model.get_config())
    copy.set_weights(model.get_weights())
    return copy


def load(folder: Path) -> FittedSystem:
    """Return the system that `save` wrote, with identical predictions.

    Verify its `fingerprint` against the registry first. Raises `ShapeError` where the model in the folder does not
    match its record, and `UnknownNameError` where the record names an unknown system. A system of the user's own is
    loaded without the user's code.
    """
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    classes = classes_in(record["parameters"])
    model = _model(record, folder, len(classes))
    return FittedSystem(record["system"], record["recipe"], record["epochs"], record["parameters"], model, classes)


def _model(record: dict[str, Any], folder: Path, classes: int) -> keras.Model | LinearModel | OwnEstimator:
    if "own" in record["parameters"]:
        if (folder / ESTIMATOR).exists():
            return load_estimator(folder, classes)
        return _network(folder, set(record["parameters"]["columns"]), classes)
    names = input_columns(record["system"], record["recipe"])
    if get_system(record["system"]).family == LINEAR:
        return _linear(record["system"], folder, classes)
    return _network(folder, set(names), classes)


def _linear(system: str, folder: Path, classes: int) -> LinearModel:
    with np.load(folder / COEFFICIENTS, allow_pickle=False) as file:
        model = LinearModel(system, **{name: file[name] for name in _COEFFICIENT_ARRAYS})
    expected = (len(model.mean), classes)
    if model.weights.shape != expected:
        raise ShapeError(f"{folder / COEFFICIENTS}: expected weights of {expected}, received {model.weights.shape}")
    return model


def _network(folder: Path, inputs: set[str], classes: int) -> keras.Model:
    from affect_store.models.backend import keras
    from affect_store.models.networks import graph_layers, texture_layers  # noqa: F401  # register their layers

    try:
        model = keras.models.load_model(folder / NETWORK, compile=False, safe_mode=True)
    except (ValueError, TypeError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise ShapeError(f"{folder / NETWORK}: not a network of this project: {error}") from error
    tensors = getattr(model, "input", None)  # a model that was never called has none
    received = set(tensors) if isinstance(tensors, dict) else set()
    if received != inputs or model.output_shape != (None, classes):
        raise ShapeError(f"{folder / NETWORK}: expected inputs {sorted(inputs)}, received {sorted(received)}")
    return model
