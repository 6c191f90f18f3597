"""The class `ViewVersion`: one version of a feature view.

A version is a short hash of the transform's name and revision, its parameters and the libraries that the values depend
on. Raise a revision whenever the code of a transform changes its meaning: the new version is then added beside the old
one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from typing import Any


@cache
def _installed(library: str) -> str:
    """Return the installed version of a library; looking it up takes a millisecond."""
    return version(library)


@dataclass(frozen=True)
class ViewVersion:
    """One version of a feature view: `kind` distinguishes the variants of a view, `feature` names its values."""

    view: str
    kind: str
    feature: str
    dtype: str
    shape: str
    transform: str
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)
    libraries: tuple[str, ...] = ()
    entity: str = "image"
    owner: str = "affect-store"

    @property
    def library_versions(self) -> dict[str, str]:
        """The installed versions of the libraries that the values depend on."""
        return {name: _installed(name) for name in self.libraries}

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits of a hash over everything that the values depend on."""
        definition = [self.view, self.kind, self.transform, self.parameters, self.library_versions]
        return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()[:12]
