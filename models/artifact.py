"""A fitted network on disk: weights as npz without pickle and without optimiser state, everything else as JSON."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np

from models import networks
from models.fit import Fitted
from store.errors import ShapeError

WEIGHTS = "weights.npz"
RECORD = "fitted.json"


def save(fitted: Fitted, folder: Path) -> str:
    """Write `folder` (made if missing) and return the sha256 over the names and bytes of its files."""
    folder.mkdir(parents=True, exist_ok=True)
    # numbered in the order of the network's layers, which is the order of `set_weights`
    np.savez(folder / WEIGHTS, **{f"{index:03d}": value for index, value in enumerate(fitted.model.get_weights())})
    record = {name: getattr(fitted, name) for name in ("system", "recipe", "parameters", "epochs")}
    (folder / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True, allow_nan=False), encoding="utf-8")
    return fingerprint(folder)


def fingerprint(folder: Path) -> str:
    """sha256, hexadecimal, over the artifact's two files, each with its name."""
    digest = hashlib.sha256()
    for name in (RECORD, WEIGHTS):
        digest.update(name.encode())
        with (folder / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def load(folder: Path) -> Fitted:
    """The fitted network of `save`, with equal predictions.

    Raises `ShapeError` where the weights are not those of the network that the record names.
    """
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    model = networks.empty(record["system"], record["recipe"], record["parameters"]["network"])
    with np.load(folder / WEIGHTS, allow_pickle=False) as file:
        weights = [file[name] for name in sorted(file.files)]
    expected, received = [w.shape for w in model.get_weights()], [w.shape for w in weights]
    if expected != received:
        raise ShapeError(f"{folder / WEIGHTS}: expected weights of shapes {expected}, received {received}")
    model.set_weights(weights)
    return Fitted(record["system"], record["recipe"], record["epochs"], record["parameters"], model)
