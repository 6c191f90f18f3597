"""The class `OwnView`: a feature view of the user's own, as loaded, and its versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from affect_store.store.extensions.declare import ViewDeclaration
from affect_store.store.features.feature_view import ViewVersion

OWN_VALUES = "own_values"
"""The feature view, and the table, of all features of users' own: each is a kind of this view."""

PICTURE, SIZE, LANDMARKS = "picture", "size", "landmarks"
NOT_STORED = (PICTURE, SIZE)
"""Inputs that are no features."""

_DECODERS = ("opencv-python", "pillow")


@dataclass(frozen=True)
class OwnView:
    """A declared feature view: `origin` is the name of its file or package, `title` that for messages, `fingerprint`
    the hash of its code, and `package` the name and version of its package, whose other modules it may use."""

    declaration: ViewDeclaration
    origin: str
    title: str
    fingerprint: str
    package: str = ""

    @property
    def name(self) -> str:
        """The name of the feature."""
        return self.declaration.name

    @property
    def features(self) -> tuple[str, ...]:
        """The features among its inputs."""
        return tuple(name for name in self.declaration.inputs if name not in NOT_STORED)

    def version_of(self, versions: Mapping[str, str]) -> ViewVersion:
        """Return the version that is computed from these versions of features with the current code.

        `versions` holds those of its inputs, and of the landmarks if it depends on any feature.
        """
        declared = self.declaration
        inputs = {name: versions[name] for name in self.features}
        parameters = {
            "columns": [_without_none(asdict(column)) for column in declared.columns],
            "inputs": dict.fromkeys(declared.inputs, "") | inputs,
            "source": self.fingerprint,
            **({"package": self.package} if self.package else {}),
            **({LANDMARKS: versions[LANDMARKS]} if set(inputs) - {"pixels"} else {}),
        }
        libraries = ("numpy", *(_DECODERS if PICTURE in declared.inputs else ()))
        return ViewVersion(
            OWN_VALUES, self.name, self.name, "float32", str(len(declared.columns)),
            f"{self.name}-{declared.revision}", declared.description, parameters, libraries, owner=self.origin,
        )  # fmt: skip


def _without_none(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}
