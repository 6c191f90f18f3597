"""A fitted system on disk, without pickle: a network in Keras's own format, a linear system's numbers as npz.

A stored network is read in Keras's safe mode: it can name the layers of Keras and of this project, and no code.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import numpy as np

from models import mesh_layers, texture
from models.backend import keras
from models.fit import Fitted
from models.linear import LinearModel
from models.systems import LINEAR, columns, named
from store.errors import ShapeError
from store.vocabulary import EMOTIONS

NETWORK, COEFFICIENTS, RECORD = "model.keras", "coefficients.npz", "fitted.json"
FILES = (NETWORK, COEFFICIENTS, RECORD)
"""What an artifact may consist of, in the order in which its fingerprint is taken."""

_LAYERS = (mesh_layers, texture)
"""Modules whose import tells Keras of their layers."""

_NUMBERS = ("mean", "deviation", "weights", "bias")


def save(fitted: Fitted, folder: Path) -> str:
    """Write `folder` (made if missing) and return the sha256 over the names and bytes of its files.

    A network is kept without the state of its optimiser, which is larger than its weights.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(fitted.model, LinearModel):
        np.savez(folder / COEFFICIENTS, **{name: getattr(fitted.model, name) for name in _NUMBERS})
    else:
        _without_optimizer(fitted.model).save(folder / NETWORK)
    record = {name: getattr(fitted, name) for name in ("system", "recipe", "parameters", "epochs")}
    (folder / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True, allow_nan=False), encoding="utf-8")
    return fingerprint(folder)


def _without_optimizer(model: keras.Model) -> keras.Model:
    bare = keras.Model.from_config(model.get_config())
    bare.set_weights(model.get_weights())
    return bare


def fingerprint(folder: Path) -> str:
    """sha256, hexadecimal, over the artifact's files, each with its name."""
    digest = hashlib.sha256()
    for name in FILES:
        if (folder / name).exists():
            digest.update(name.encode())
            with (folder / name).open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def load(folder: Path) -> Fitted:
    """The fitted system of `save`, with equal predictions.

    Compare its `fingerprint` with the registry's first. Raises `ShapeError` where the folder holds another model than
    its record names, and `UnknownNameError` where the record names no system.
    """
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    names = columns(record["system"], record["recipe"])
    is_linear = named(record["system"]).family == LINEAR
    model = _linear(record["system"], folder) if is_linear else _network(folder, set(names))
    return Fitted(record["system"], record["recipe"], record["epochs"], record["parameters"], model)


def _linear(system: str, folder: Path) -> LinearModel:
    with np.load(folder / COEFFICIENTS, allow_pickle=False) as file:
        model = LinearModel(system, **{name: file[name] for name in _NUMBERS})
    expected = (len(model.mean), len(EMOTIONS))
    if model.weights.shape != expected:
        raise ShapeError(f"{folder / COEFFICIENTS}: expected weights of {expected}, received {model.weights.shape}")
    return model


def _network(folder: Path, inputs: set[str]) -> keras.Model:
    try:
        model = keras.models.load_model(folder / NETWORK, compile=False, safe_mode=True)
    except (ValueError, TypeError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise ShapeError(f"{folder / NETWORK}: not a network of this project: {error}") from error
    found = getattr(model, "input", None)  # a model that was never called has none
    received = set(found) if isinstance(found, dict) else set()
    if received != inputs or model.output_shape != (None, len(EMOTIONS)):
        raise ShapeError(f"{folder / NETWORK}: expected inputs {sorted(inputs)}, received {sorted(received)}")
    return model
