"""Frozen values that check themselves once, at the door. They hold no behaviour beyond that check."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from store.errors import ShapeError
from store.vocabulary import AXES, LANDMARK_COUNT, PIXEL_CHANNELS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

FloatArray = NDArray[np.float32]
ByteArray = NDArray[np.uint8]
SEAL_DIGITS = 32


def require(array: NDArray[np.generic], shape: tuple[int, ...], dtype: type, image_id: str) -> None:
    """Raise `ShapeError` unless `array` has exactly this shape and dtype and, for floats, only finite values."""
    if array.shape != shape or array.dtype != np.dtype(dtype):
        raise ShapeError(
            f"image {image_id}: expected {np.dtype(dtype).name} of shape {shape}, "
            f"received {array.dtype.name} of shape {array.shape}"
        )
    if np.issubdtype(array.dtype, np.floating) and not np.isfinite(array).all():
        raise ShapeError(f"image {image_id}: {int((~np.isfinite(array)).sum())} values are NaN or infinite")


def seal_of(image_id: str, values: bytes) -> str:
    """Checksum that binds a photograph to its values (little-endian float32 or uint8): 32 hexadecimal digits of the
    sha256 of both. Taken where the values are made, it tells afterwards whether they stand beside their own id."""
    return hashlib.sha256(image_id.encode() + b"\0" + values).hexdigest()[:SEAL_DIGITS]


@dataclass(frozen=True)
class Labels:
    """What the corpus says of a photograph: the cell of its factorial design and the person."""

    subject_id: str
    sex: str
    population: str
    emotion: str
    camera_angle_deg: int
    gaze: str
    age: float | None = None


@dataclass(frozen=True)
class Candidate:
    """A file whose name or manifest row could be read; its bytes have not been looked at."""

    path: Path
    labels: Labels


@dataclass(frozen=True)
class Reject:
    """A file or manifest row that is set aside, with the reason in a few words and the detail in a sentence."""

    path: str
    reason: str
    detail: str


@dataclass(frozen=True)
class Photo:
    """A photograph whose bytes decode: `image_id` is the sha256 of the bytes, hexadecimal."""

    image_id: str
    corpus: str
    path: Path
    labels: Labels
    width_px: int
    height_px: int
    size_bytes: int


@dataclass(frozen=True)
class Face:
    """FaceMesh landmarks, (468, 3) float32, MediaPipe image-normalised: x in widths to the right, y in heights
    downwards, z in widths away from the camera."""

    image_id: str
    xyz: FloatArray

    def __post_init__(self) -> None:
        require(self.xyz, (LANDMARK_COUNT, AXES), np.float32, self.image_id)

    @property
    def seal(self) -> str:
        """Checksum of id and landmarks."""
        return seal_of(self.image_id, self.xyz.tobytes())


@dataclass(frozen=True)
class NoFace:
    """A photograph in which no face was found: a value that is stored, not an error."""

    image_id: str
    reason: str = "no face"


@dataclass(frozen=True)
class Thumbnail:
    """The photograph at the size that the pixel models see: uint8 RGB, (128, 85, 3), row-major."""

    image_id: str
    rgb: ByteArray

    def __post_init__(self) -> None:
        require(self.rgb, (PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS), np.uint8, self.image_id)

    @property
    def seal(self) -> str:
        """Checksum of id and picture."""
        return seal_of(self.image_id, self.rgb.tobytes())
