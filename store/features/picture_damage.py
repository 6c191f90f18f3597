"""Damage of pictures: missing or corrupt data that decoders only warn about, and fill with whatever they can."""

from __future__ import annotations

import re
import struct

import numpy as np
import simplejpeg

from affect_store.store.errors import DamagedPhotoError, UnreadablePhotoError
from affect_store.store.features import jpeg_scans, png_chunks
from affect_store.store.features.picture_header import PictureHeader
from affect_store.store.types import ByteArray

MAX_PADDING_BYTES = 16
"""Bytes between the pixels and the end of a JPEG that some cameras write and every decoder skips."""

_PADDING = re.compile(r"(\d+) extraneous bytes before marker 0xd9")
_HARMLESS = re.compile(
    "bad ICC marker|unknown JFIF revision|Unknown Adobe color transform|Invalid SOS parameters for sequential"
    "|thumbnail image size|[Ss]ubsampling|[Cc]olou?r ?space|color conversion"
)
"""Warnings of libjpeg about metadata, and what simplejpeg does not support though other decoders do."""

_DECODING_ERRORS = (OSError, SyntaxError, EOFError, struct.error)


def doubt_about(data: bytes, header: PictureHeader) -> str | None:
    """Return None if a picture is verified, else a doubt that only a complete decoding decides, often without words.

    Raises `DamagedPhotoError` if data are missing or corrupt, with the decoder's sentence.
    """
    if header.format == "PNG":
        png_chunks.require_checksums(data)
    return _jpeg_doubt(data) if header.is_ordinary_jpeg else ""


def _jpeg_doubt(data: bytes) -> str | None:
    """Decode at an eighth of the scale and in grey, which reads every byte and costs little else."""
    try:
        simplejpeg.decode_jpeg(data, "GRAY", fastdct=True, fastupsample=True, min_factor=8, strict=True)
    except ValueError as error:
        sentence = str(error)
        if not (_HARMLESS.search(sentence) or _is_padding(data, sentence)):
            raise DamagedPhotoError(sentence) from error
        return sentence
    zeros = jpeg_scans.zero_run(data)
    if zeros is not None:
        raise DamagedPhotoError(f"a run of zero bytes among its pixels, from byte {zeros:,} on")
    return None


def undoubted_pixels(data: bytes) -> ByteArray | None:
    """Decode an ordinary JPEG as it is stored and return RGB, uint8 (height, width, 3), if the decoder doubts nothing.

    Returns None otherwise: other decoders may fill in what is missing.
    """
    try:
        return np.asarray(simplejpeg.decode_jpeg(data, "RGB", strict=True), np.uint8)
    except ValueError:
        return None


def verified_pixels(data: bytes) -> ByteArray | None:
    """Return the pixels of an ordinary JPEG as `undoubted_pixels` does, None also if a run of zeros is among its bytes.

    `doubt_about` decides about a file without.
    """
    rgb = undoubted_pixels(data)
    return None if rgb is None or jpeg_scans.zero_run(data) is not None else rgb


def _is_padding(data: bytes, sentence: str) -> bool:
    """Whether the warning is about a few equal bytes before the end of the file, and not about a rest of the pixels."""
    padding = _PADDING.search(sentence)
    count = int(padding[1]) if padding else 0
    return 0 < count <= MAX_PADDING_BYTES and len(set(data[: data.rfind(b"\xff\xd9")][-count:])) == 1


def damage_or_other(error: UnreadablePhotoError, doubt: str) -> UnreadablePhotoError:
    """Return the error to raise for a picture whose header was read and whose complete decoding raised `error`."""
    if doubt or isinstance(error.__cause__, _DECODING_ERRORS):
        return DamagedPhotoError(doubt or str(error))
    return error
