"""The feature views and their versions.

A version is a short hash of the transform's name and revision, its parameters and the libraries that its result
depends on. Raise a revision whenever the transform's code changes its meaning: a version is then added beside the
old one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version as installed
from typing import Any

from store.features.landmarks import PARAMETERS
from store.vocabulary import (
    AXES,
    LANDMARK_COUNT,
    PIXEL_CHANNELS,
    PIXEL_HEIGHT_PX,
    PIXEL_WIDTH_PX,
    RIGID_LANDMARKS,
    SHORTEST_DIRECTION,
)

_VERTICES = f"{LANDMARK_COUNT}x{AXES}"


@dataclass(frozen=True)
class ViewVersion:
    """One version of one feature view; `kind` tells the variants of a view apart."""

    view: str
    kind: str
    dtype: str
    shape: str
    transform: str
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)
    libraries: tuple[str, ...] = ()
    entity: str = "image"

    @property
    def library_versions(self) -> dict[str, str]:
        """The installed versions of the libraries that decide the values."""
        return {name: installed(name) for name in self.libraries}

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits over everything that decides the values."""
        told = [self.view, self.kind, self.transform, self.parameters, self.library_versions]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]


@cache
def landmarks() -> ViewVersion:
    """FaceMesh landmarks of the photograph at full scale."""
    return ViewVersion(
        "landmarks", "facemesh", "float32", _VERTICES, "facemesh-1",
        "FaceMesh landmarks, image-normalised: x in widths, y in heights, z in widths",
        {**PARAMETERS, "decode_scale": 1.0},
        ("mediapipe", "opencv-python"),
    )  # fmt: skip


@cache
def pixels() -> ViewVersion:
    """The photograph as the pixel models see it."""
    return ViewVersion(
        "pixels", "area", "uint8", f"{PIXEL_HEIGHT_PX}x{PIXEL_WIDTH_PX}x{PIXEL_CHANNELS}", "area-resize-1",
        "RGB thumbnail, height x width x channels, row-major, area interpolation",
        {"interpolation": "area"}, ("opencv-python",),
    )  # fmt: skip


@cache
def frontal_unit() -> ViewVersion:
    """The notebook's deltas."""
    return ViewVersion(
        "deltas", "frontal_unit", "float32", _VERTICES, "frontal-unit-1",
        "unit directions against the person's neutral, frontal photograph, whatever the camera",
        {"landmarks": landmarks().version, "shortest_direction": SHORTEST_DIRECTION}, ("numpy",),
    )  # fmt: skip


@cache
def aligned() -> ViewVersion:
    """The corrected deltas."""
    return ViewVersion(
        "deltas", "aligned", "float32", _VERTICES, "aligned-1",
        "differences to the same camera's neutral after a rigid alignment, inter-ocular units, head frame",
        {"landmarks": landmarks().version, "rigid_landmarks": list(RIGID_LANDMARKS)}, ("numpy",),
    )  # fmt: skip


def current() -> tuple[ViewVersion, ...]:
    """Every view version that a run computes today."""
    return landmarks(), pixels(), frontal_unit(), aligned()
