"""Encoded pictures for tests: an upright picture with four different corners, in any format and orientation."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image, TiffImagePlugin

from affect_store.store.types import ByteArray

FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP")
ORIENTED = ("JPEG", "PNG", "TIFF", "WEBP")
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:Description %s</x:xmpmeta>"
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""What turns an upright picture into the stored one, by orientation."""


def upright(width: int = 48, height: int = 64) -> ByteArray:
    """A picture with one colour in each quarter: red, green, blue, grey."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (230, 20, 20)
    pixels[: height // 2, width // 2 :] = (20, 230, 20)
    pixels[height // 2 :, : width // 2] = (20, 20, 230)
    pixels[height // 2 :, width // 2 :] = (120, 120, 120)
    return pixels


def stored(orientation: int, pixels: ByteArray | None = None) -> Image.Image:
    """The picture as a camera that states this orientation stores it."""
    image = Image.fromarray(upright() if pixels is None else pixels)
    turn = STORED[orientation]
    return image if turn is None else image.transpose(turn)


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    if kind == "JPEG":
        options = {"quality": 95, "subsampling": 0, **options}
    if kind == "WEBP":
        options = {"lossless": True, **options}
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def exif(orientation: int, *, order: str = "<", tag_type: int = 3) -> bytes:
    """An EXIF block with an orientation as SHORT (3) or LONG (4), little-endian ('<') or big-endian ('>')."""
    value = struct.pack(f"{order}{'H' if tag_type == 3 else 'I'}", orientation).ljust(4, b"\0")
    magic = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(f"{order}HHI", 0x0112, tag_type, 1) + value
    return b"Exif\0\0" + magic + struct.pack(f"{order}IH", 8, 1) + entry + bytes(4)


def with_exif(orientation: int, kind: str, *, order: str = "<", tag_type: int = 3) -> bytes:
    image = stored(orientation)
    if kind == "TIFF":
        tags = TiffImagePlugin.ImageFileDirectory_v2(prefix=b"II" if order == "<" else b"MM")
        tags.tagtype[0x0112] = tag_type
        tags[0x0112] = orientation
        return encoded(image, kind, tiffinfo=tags)
    return encoded(image, kind, exif=exif(orientation, order=order, tag_type=tag_type))


def with_xmp(orientation: int, kind: str, text: str = 'tiff:Orientation="{}"/>') -> bytes:
    xmp = XMP % text.format(orientation).encode()
    image = stored(orientation)
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", xmp.decode())
        return encoded(image, kind, pnginfo=info)
    if kind == "TIFF":
        return encoded(image, kind, tiffinfo={700: xmp})
    return encoded(image, kind, xmp=xmp)
