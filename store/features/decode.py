"""Decoding: from the bytes of a photograph to upright RGB images and thumbnails. No files, no store.

simplejpeg decodes ordinary JPEGs; OpenCV those that are reduced or doubtful, and ordinary WebP; Pillow the rest.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np
from PIL import Image

from affect_store.store.errors import CorpusError, DamagedPhotoError, UnreadablePhotoError
from affect_store.store.features import picture_damage, sample_values
from affect_store.store.features.area_average import average_areas
from affect_store.store.features.picture_header import PictureHeader, exif_orientation, opened, read_header
from affect_store.store.types import ByteArray
from affect_store.store.vocabulary import PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

SCALES = {1.0: cv2.IMREAD_COLOR, 0.5: cv2.IMREAD_REDUCED_COLOR_2, 0.25: cv2.IMREAD_REDUCED_COLOR_4}
"""Scales at which a photograph can be decoded: smaller ones are faster and shift landmarks slightly."""

_AS_STORED = cv2.IMREAD_IGNORE_ORIENTATION | cv2.IMREAD_COLOR_RGB
_FLIPS = dict.fromkeys((2, 5, 7), 1) | {4: 0}
_ROTATIONS = {
    3: cv2.ROTATE_180,
    5: cv2.ROTATE_90_COUNTERCLOCKWISE,
    6: cv2.ROTATE_90_CLOCKWISE,
    7: cv2.ROTATE_90_CLOCKWISE,
    8: cv2.ROTATE_90_COUNTERCLOCKWISE,
}
"""What makes a picture of each orientation upright: first OpenCV's flip (1: left and right, 0: top and bottom), then
its rotation."""


def require_scale(scale: float) -> None:
    """Raise `CorpusError` unless photographs can be decoded at this scale."""
    if scale not in SCALES:
        raise CorpusError(f"the decode scale is {scale}, expected one of {' '.join(map(str, SCALES))}")


def require_undamaged(data: bytes, header: PictureHeader) -> None:
    """Decode a photograph completely and raise `UnreadablePhotoError` if that is not possible.

    Raises `DamagedPhotoError` with the decoder's sentence if it reports missing or corrupt data, which `decode` fills
    with whatever it can.
    """
    doubt = picture_damage.doubt_about(data, header)
    if doubt is None:
        return
    try:
        if header.is_ordinary_jpeg:
            _decode_with_pillow(data, header)
            return
        height, width = decode(data, header=header).shape[:2]
    except UnreadablePhotoError as error:
        raise picture_damage.damage_or_other(error, doubt) from error
    if (width, height) != header.size_px:
        raise DamagedPhotoError(f"its pixels are {width} x {height}, expected {' x '.join(map(str, header.size_px))}")


def decode_new(data: bytes, scale: float, header: PictureHeader) -> ByteArray:
    """Decode as `decode` does, and raise what `require_undamaged` does for a damaged photograph.

    An ordinary JPEG is decoded once for both.
    """
    if scale == 1.0 and header.is_ordinary_jpeg and _is_equal_to_opencv():
        rgb = picture_damage.verified_pixels(data)
        if rgb is not None:
            return _turned(rgb, header.orientation)
    require_undamaged(data, header)
    return decode(data, scale, header)


@cache
def _is_equal_to_opencv() -> bool:
    """Whether the two decoders give equal pixels here: both contain libjpeg-turbo, possibly of different versions."""
    noise = np.random.default_rng(0).integers(0, 256, (47, 33, 3), np.uint8)
    data = cv2.imencode(".jpg", cv2.GaussianBlur(noise, (5, 5), 0))[1].tobytes()
    rgb = picture_damage.verified_pixels(data)
    return rgb is not None and np.array_equal(rgb, _imdecode(data, _AS_STORED))


def decode(data: bytes, scale: float = 1.0, header: PictureHeader | None = None) -> ByteArray:
    """Decode to RGB, uint8 (height, width, 3), upright, at one of `SCALES`. `header` saves reading it again.

    simplejpeg decodes an ordinary JPEG, in less time than OpenCV, if it gives the same pixels and doubts nothing.
    Raises `UnreadablePhotoError`.
    """
    header = header or read_header(data)
    if scale == 1.0 and header.is_ordinary_jpeg and _is_equal_to_opencv():
        rgb = picture_damage.undoubted_pixels(data)
        if rgb is not None:
            return _turned(rgb, header.orientation)
    if header.is_for_opencv:
        return _turned(_imdecode(data, SCALES[scale] | _AS_STORED), header.orientation)
    if header.has_deep_colours:
        rgb, orientation = _decode_deep(data, header)
    else:
        rgb, orientation = _decode_with_pillow(data, header)
    if scale != 1.0:
        size = max(1, int(rgb.shape[1] * scale)), max(1, int(rgb.shape[0] * scale))
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_LINEAR_EXACT), np.uint8)
    return _turned(rgb, orientation)


def _decode_with_pillow(data: bytes, header: PictureHeader) -> tuple[ByteArray, int]:
    """Return the pixels and the orientation that is still to be applied."""
    with opened(data) as image:
        if header.format == "TIFF":
            image.seek(header.page)
        is_turned = header.format == "TIFF" and exif_orientation(image) is not None
        image.load()
        rgb = sample_values.rgb_of_image(image, is_negative=header.is_negative)
    return rgb, 1 if is_turned else header.orientation


def _decode_deep(data: bytes, header: PictureHeader) -> tuple[ByteArray, int]:
    """Decode colours of more than 8 bits, of which Pillow keeps only the upper 8, whatever their range.

    Return the pixels and the orientation that is still to be applied: OpenCV applies the tag of a TIFF.
    """
    samples = _imdecode(data, cv2.IMREAD_UNCHANGED, header.page)
    rgb = sample_values.rgb_of_samples(samples)
    return rgb, 1 if header.format == "TIFF" and header.has_orientation_tag else header.orientation


def _imdecode(data: bytes, flags: int, page: int = 0) -> Any:
    try:
        encoded = np.frombuffer(data, np.uint8)
        if page:
            _, pages = cv2.imdecodemulti(encoded, flags, range=(page, page + 1))
            decoded = pages[0] if pages else None
        else:
            decoded = cv2.imdecode(encoded, flags)
    except cv2.error:
        decoded = None
    if decoded is None:
        raise DamagedPhotoError("OpenCV cannot decode its pixels")
    return decoded


def _turned(rgb: ByteArray, orientation: int) -> ByteArray:
    flip, rotation = _FLIPS.get(orientation), _ROTATIONS.get(orientation)
    if flip is not None:
        rgb = np.asarray(cv2.flip(rgb, flip), np.uint8)
    if rotation is not None:
        rgb = np.asarray(cv2.rotate(rgb, rotation), np.uint8)
    return np.ascontiguousarray(rgb, dtype=np.uint8)


def make_thumbnail(rgb: ByteArray) -> ByteArray:
    """Resize to a thumbnail, the pixel models' input: uint8 (128, 85, 3), by averaging areas."""
    return np.ascontiguousarray(average_areas(rgb), dtype=np.uint8)


def make_bicubic_thumbnail(rgb: ByteArray) -> ByteArray:
    """Resize as the notebook did, with the default filter of Pillow's `Image.resize`: uint8 (128, 85, 3), bicubic."""
    thumbnail = Image.fromarray(rgb).resize((PIXEL_WIDTH_PX, PIXEL_HEIGHT_PX), Image.Resampling.BICUBIC)
    return np.array(thumbnail, np.uint8)
