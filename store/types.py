"""Frozen dataclasses that are passed between rooms. Those with arrays check shape and dtype when they are created."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affect_store.store.errors import ShapeError
from affect_store.store.unknown_word import UnknownWord
from affect_store.store.vocabulary import (
    AGREEMENTS,
    AXES,
    LANDMARK_COUNT,
    PIXEL_CHANNELS,
    PIXEL_HEIGHT_PX,
    PIXEL_WIDTH_PX,
    RATINGS,
)

FloatArray = NDArray[np.float32]
ByteArray = NDArray[np.uint8]
FeatureArray = FloatArray | ByteArray
"""Values of one feature view: float32 vectors or scalars, or uint8 pixels."""

SizeArray = NDArray[np.integer[Any]]
"""Width and height of photographs in pixels, (n, 2)."""

CHECKSUM_DIGITS = 32


def require_array(array: NDArray[np.generic], shape: tuple[int, ...], dtype: type, image_id: str) -> None:
    """Raise `ShapeError` unless `array` has this shape and dtype and, for floats, only finite values."""
    if array.shape != shape or array.dtype != np.dtype(dtype):
        raise ShapeError(
            f"image {image_id}: expected {np.dtype(dtype).name} of shape {shape}, "
            f"received {array.dtype.name} of shape {array.shape}"
        )
    if np.issubdtype(array.dtype, np.floating) and not np.isfinite(array).all():
        raise ShapeError(f"image {image_id}: {int((~np.isfinite(array)).sum())} values are NaN or infinite")


def checksum_of(image_id: str, values: bytes) -> str:
    """Return checksum of a photograph's id and feature values: the first 32 hexadecimal digits of the sha256 of both.

    `values` are the bytes of a little-endian float32 or uint8 array. The checksum is taken when the values are computed
    and stored beside them, so that a value stored under the wrong id can be detected later.
    """
    return hashlib.sha256(image_id.encode() + b"\0" + values).hexdigest()[:CHECKSUM_DIGITS]


@dataclass(frozen=True)
class Labels:
    """Labels that the corpus gives a photograph: the subject and the cell of the factorial design."""

    subject_id: str
    sex: str
    population: str
    emotion: str
    camera_angle_deg: int
    gaze: str
    age: float | None = None


@dataclass(frozen=True)
class Ratings:
    """Mean ratings of a photograph by people; None where they were not collected.

    `agreement` is the share of raters who chose the intended emotion, from 0 to 1; `intensity` and `genuineness` are
    means on scales from 1 to 5; `distribution` holds the share of raters who chose each emotion, (8,), in the order
    of the labels.
    """

    agreement: float | None = None
    intensity: float | None = None
    genuineness: float | None = None
    distribution: tuple[float, ...] | None = None

    @property
    def columns(self) -> dict[str, float | None]:
        """The values by their column in `catalogue.ratings`."""
        shares = self.distribution or (None,) * len(AGREEMENTS)
        return {name: getattr(self, name) for name in RATINGS} | dict(zip(AGREEMENTS, shares, strict=True))


NO_RATINGS = Ratings()


@dataclass(frozen=True)
class Candidate:
    """A file whose labels were parsed from its name or manifest row; the file itself has not been read.

    `hint` helps to find the mistake if there is no such file: the manifest's line, and a similar name that exists.
    """

    path: Path
    labels: Labels
    hint: str = ""
    ratings: Ratings = NO_RATINGS


@dataclass(frozen=True)
class Reject:
    """A rejected file or manifest row: `reason` is a short category, `detail` a sentence.

    `subject_id` is the subject of a manifest row, if it names one, and `unknown` the word that was not understood.
    """

    path: str
    reason: str
    detail: str
    subject_id: str | None = None
    unknown: UnknownWord | None = None


@dataclass(frozen=True)
class Photo:
    """A photograph that can be decoded; `image_id` is the sha256 of the file's bytes, in hexadecimal digits."""

    image_id: str
    corpus: str
    path: Path
    labels: Labels
    width_px: int
    height_px: int
    size_bytes: int


@dataclass(frozen=True)
class Face:
    """FaceMesh landmarks, (468, 3) float32, in MediaPipe's image-normalised coordinates.

    x in image widths to the right, y in image heights downwards, z in image widths away from the camera. Raises
    `ShapeError` for another shape or dtype, or for values that are not finite. `face_count` is the number of faces in
    the photograph, `face_size_rank` the rank of this one among them by size, from 1, and `face_score` the detector's
    confidence; each is None if unknown. `pass_count` is the number of passes behind the landmarks, and `errors` (468,)
    are their standard errors in inter-ocular distances, None for a single pass.
    """

    image_id: str
    xyz: FloatArray
    face_count: int | None = None
    face_size_rank: int | None = None
    face_score: float | None = None
    pass_count: int = 1
    errors: FloatArray | None = None

    def __post_init__(self) -> None:
        require_array(self.xyz, (LANDMARK_COUNT, AXES), np.float32, self.image_id)
        if self.errors is not None:
            require_array(self.errors, (LANDMARK_COUNT,), np.float32, self.image_id)

    @property
    def checksum(self) -> str:
        """Checksum of the id and the landmarks."""
        return checksum_of(self.image_id, self.xyz.tobytes())

    @property
    def errors_checksum(self) -> str:
        """Checksum of the id and the standard errors of the landmarks."""
        return checksum_of(self.image_id, b"" if self.errors is None else self.errors.tobytes())


@dataclass(frozen=True)
class NoFace:
    """A photograph without a detected face: a value that is stored, not an error."""

    image_id: str
    reason: str = "no face"


@dataclass(frozen=True)
class Thumbnail:
    """The photograph at the input size of the pixel models: uint8 RGB, (128, 85, 3), row-major.

    Raises `ShapeError` for another shape or dtype.
    """

    image_id: str
    rgb: ByteArray

    def __post_init__(self) -> None:
        require_array(self.rgb, (PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS), np.uint8, self.image_id)

    @property
    def checksum(self) -> str:
        """Checksum of the id and the pixels."""
        return checksum_of(self.image_id, self.rgb.tobytes())
