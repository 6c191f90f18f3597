"""The files of a trained model and their fingerprint, for readers that need no Keras."""

from __future__ import annotations

import hashlib
from pathlib import Path

NETWORK, COEFFICIENTS, RECORD = "model.keras", "coefficients.npz", "fitted.json"
ESTIMATOR, ESTIMATOR_ARRAYS = "estimator.json", "estimator.npz"
FILES = (NETWORK, COEFFICIENTS, RECORD, ESTIMATOR, ESTIMATOR_ARRAYS)
"""Files of an artifact, in the order in which its fingerprint is taken."""


def fingerprint(folder: Path) -> str:
    """Return the hexadecimal sha256 over the artifact's files, each with its name."""
    digest = hashlib.sha256()
    for name in FILES:
        if (folder / name).exists():
            digest.update(name.encode())
            with (folder / name).open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
