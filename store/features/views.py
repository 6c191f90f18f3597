"""The feature views and their versions.

A version is a short hash of the transform's name and revision, its parameters and the libraries that its result
depends on. Raise a revision whenever the transform's code changes its meaning: a version is then added beside the
old one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
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
    """One version of one feature view; `kind` tells the variants of a view apart, `feature` names its values."""

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
        """The installed versions of the libraries that decide the values."""
        return {name: installed(name) for name in self.libraries}

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits over everything that decides the values."""
        told = [self.view, self.kind, self.transform, self.parameters, self.library_versions]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]


def landmarks(decode_scale: float = 1.0) -> ViewVersion:
    """FaceMesh landmarks of the photograph, decoded at full scale, a half or a quarter."""
    return ViewVersion(
        "landmarks", "facemesh", "landmarks", "float32", _VERTICES, "facemesh-1",
        "FaceMesh landmarks, image-normalised: x in widths, y in heights, z in widths",
        {**PARAMETERS, "decode_scale": decode_scale},
        ("mediapipe", "opencv-python"),
    )  # fmt: skip


def pixels(decode_scale: float = 1.0) -> ViewVersion:
    """The photograph as the pixel models see it."""
    return ViewVersion(
        "pixels", "area", "pixels", "uint8", f"{PIXEL_HEIGHT_PX}x{PIXEL_WIDTH_PX}x{PIXEL_CHANNELS}", "area-resize-1",
        "RGB thumbnail, height x width x channels, row-major, area interpolation",
        {"interpolation": "area"} if decode_scale == 1.0 else {"interpolation": "area", "decode_scale": decode_scale},
        ("opencv-python",),
    )  # fmt: skip


def frontal_unit(landmarks_version: str) -> ViewVersion:
    """The notebook's deltas, of one version of the landmarks."""
    return ViewVersion(
        "deltas", "frontal_unit", "frontal_unit", "float32", _VERTICES, "frontal-unit-1",
        "unit directions against the person's neutral, frontal photograph, whatever the camera",
        {"landmarks": landmarks_version, "shortest_direction": SHORTEST_DIRECTION}, ("numpy",),
    )  # fmt: skip


def aligned(landmarks_version: str) -> ViewVersion:
    """The corrected deltas, of one version of the landmarks."""
    return ViewVersion(
        "deltas", "aligned", "aligned", "float32", _VERTICES, "aligned-1",
        "differences to the same camera's neutral after a rigid alignment, inter-ocular units, head frame",
        {"landmarks": landmarks_version, "rigid_landmarks": list(RIGID_LANDMARKS)}, ("numpy",),
    )  # fmt: skip


def chosen(decode_scale: float = 1.0) -> tuple[ViewVersion, ...]:
    """Every view version that a run with this scale computes with today's code and libraries."""
    base = landmarks(decode_scale)
    return base, pixels(decode_scale), frontal_unit(base.version), aligned(base.version)
