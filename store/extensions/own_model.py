"""The class `OwnModel`: a model of the user's own, as loaded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from affect_store.store.extensions.declare_model import ModelDeclaration


@dataclass(frozen=True)
class OwnModel:
    """A declared model: `origin` is the name of its file or package, `title` that for messages, `fingerprint` the hash
    of its code, and `package` the name and version of its package."""

    declaration: ModelDeclaration
    origin: str
    title: str
    fingerprint: str
    package: str = ""

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.declaration.name

    @property
    def identity(self) -> str:
        """A hash of everything in the declaration that determines the result of a run, twelve hexadecimal digits."""
        declared = self.declaration
        values = [
            self.name, declared.inputs, declared.revision, declared.epochs, declared.batch, declared.patience,
            self.fingerprint, self.package,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:12]
