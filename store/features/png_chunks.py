"""Chunks of PNG files: their checksums, and the file without its pixels, to read metadata without decoding."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from affect_store.store.errors import DamagedPhotoError

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_FRAME = 12
"""Bytes of a chunk besides its content: length, name and checksum."""

_PIXELS = (b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT")
"""Chunks with pixels and about frames of an animation, and the last one."""


def chunks(data: bytes) -> Iterator[tuple[bytes, memoryview, int]]:
    """Yield name, the whole chunk and its content's length, up to IEND or the end of the data."""
    view, position = memoryview(data), len(_SIGNATURE)
    while position + _FRAME <= len(data):
        length = int.from_bytes(view[position : position + 4], "big")
        chunk = view[position : position + _FRAME + length]
        name = bytes(chunk[4:8])
        yield name, chunk, length
        position += _FRAME + length
        if name == b"IEND":
            return


def require_checksums(data: bytes) -> None:
    """Raise `DamagedPhotoError` if the checksum of a chunk is wrong, or the file ends before its IEND chunk."""
    name = b""
    for name, chunk, length in chunks(data):
        label = name.decode("ascii", "backslashreplace")
        if len(chunk) < _FRAME + length:
            raise DamagedPhotoError(f"the file ends inside its chunk '{label}'")
        if zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
            raise DamagedPhotoError(f"the checksum of its chunk '{label}' is wrong")
    if name != b"IEND":
        raise DamagedPhotoError("the file ends before its chunk 'IEND'")


def without_pixels(data: bytes) -> bytes:
    """Return the same PNG with an empty IDAT chunk after all others: its header and metadata."""
    kept = [bytes(chunk) for name, chunk, _ in chunks(data) if name not in _PIXELS]
    return b"".join([_SIGNATURE, *kept, _empty(b"IDAT"), _empty(b"IEND")])


def _empty(name: bytes) -> bytes:
    return bytes(4) + name + zlib.crc32(name).to_bytes(4, "big")
