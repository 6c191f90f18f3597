"""Bytes to pictures: the only door to OpenCV in the feature path.

Nothing here knows where a photograph came from or where its features go.
"""

from __future__ import annotations

import io
import warnings

import cv2
import numpy as np
from PIL import Image

from store.errors import UnreadablePhotoError
from store.types import ByteArray
from store.vocabulary import PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP")
LARGEST_PX = 100_000_000
SCALES = {1.0: cv2.IMREAD_COLOR, 0.5: cv2.IMREAD_REDUCED_COLOR_2, 0.25: cv2.IMREAD_REDUCED_COLOR_4}
"""Scales at which a picture can be decoded: a half is 1.9 times faster over all, and moves landmarks a little."""

_EXIF_ORIENTATION = 0x0112
_EXIF_TURNED = (5, 6, 7, 8)


def inspect(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, after the EXIF rotation, of a photograph whose every byte decodes.

    Raises `UnreadablePhotoError` where the bytes are of no known format, are cut short, or claim more than
    100 megapixels. OpenCV fills a truncated JPEG with grey and says nothing, so the whole picture is decoded by Pillow.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _inspect(data)
    except UnreadablePhotoError:
        raise
    except Exception as error:  # Pillow raises OSError, SyntaxError, ValueError, struct.error ... by format
        raise UnreadablePhotoError(_plain(error)) from error


def _inspect(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        width, height = picture.size
        if width * height > LARGEST_PX:
            raise UnreadablePhotoError(f"{width} x {height} pixels are more than {LARGEST_PX:,}")
        turned = picture.getexif().get(_EXIF_ORIENTATION) in _EXIF_TURNED
        picture.load()
        if picture.format != "JPEG":  # of the other formats OpenCV turns some and leaves some
            height, width = decode(data).shape[:2]
            turned = False
    return (height, width) if turned else (width, height)


def _plain(error: Exception) -> str:
    text = str(error)
    if "cannot identify" in text:
        return f"not a picture in any of the formats {', '.join(FORMATS)}"
    return text or type(error).__name__


def decode(data: bytes, scale: float = 1.0) -> ByteArray:
    """RGB picture, uint8 (height, width, 3), EXIF rotation applied, at one of `SCALES`.

    Raises `UnreadablePhotoError`.
    """
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), SCALES[scale])
    except cv2.error:
        picture = None
    if picture is None:
        raise UnreadablePhotoError("OpenCV cannot decode these bytes")
    return np.ascontiguousarray(picture[..., ::-1], dtype=np.uint8)


def shrink(rgb: ByteArray) -> ByteArray:
    """The picture at the size that the pixel models see: uint8 (128, 85, 3), averaged over areas."""
    small = cv2.resize(rgb, (PIXEL_WIDTH_PX, PIXEL_HEIGHT_PX), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small, dtype=np.uint8)
