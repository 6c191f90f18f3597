"""Upload of one or two pictures as the body of a request: bounded while it arrives, and only in memory.

The body is the photograph, followed by the neutral photograph if there is one; a header has the length of the first.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from affect_store.store.features.photo_files import MAX_FILE_BYTES

LENGTH_HEADER = "photograph-bytes"
MAX_BYTES = MAX_FILE_BYTES
"""Maximum size of a picture, as in a run."""


class UploadError(Exception):
    """An upload that is refused, with the status of the answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Upload:
    """The bytes of a photograph, and of a neutral one if it was given."""

    photograph: bytes
    neutral: bytes | None


async def read_upload(headers: Mapping[str, str], chunks: AsyncIterator[bytes]) -> Upload:
    """Return the pictures of a request.

    Raises `UploadError`: 413 if a picture is too large, as soon as that is known, and 400 for another length than the
    headers announce.
    """
    length = _number(headers, LENGTH_HEADER)
    if length is None:
        raise UploadError(400, f"expected the header {LENGTH_HEADER} with the length of the photograph in bytes")
    total = _number(headers, "content-length")
    _require_size("photograph", length)
    if total is not None:
        _require_size("neutral photograph", total - length)
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        _require_size("neutral photograph", len(body) - length)
    if len(body) < length:
        raise UploadError(400, f"expected a photograph of {length:,} bytes, received {len(body):,}")
    return Upload(bytes(body[:length]), bytes(body[length:]) if len(body) > length else None)


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _require_size(name: str, size_bytes: int) -> None:
    if size_bytes > MAX_BYTES:
        raise UploadError(413, f"the {name} is too large: more than {MAX_BYTES // 2**20} MiB")
