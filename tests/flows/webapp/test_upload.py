"""Uploads are bounded while they arrive: a picture that is too large is not read to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from affect_store.flows.webapp import upload
from affect_store.flows.webapp.upload import LENGTH_HEADER, Upload, UploadError


class Chunks:
    """A body in chunks that counts how many were read."""

    def __init__(self, *chunks: bytes) -> None:
        self.chunks, self.read = chunks, 0

    async def stream(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            self.read += 1
            yield chunk


def received(chunks: Chunks, length: str | None, total: int | None = None) -> Upload:
    headers = {} if length is None else {LENGTH_HEADER: length}
    if total is not None:
        headers["content-length"] = str(total)
    return asyncio.run(upload.read_upload(headers, chunks.stream()))


def test_the_body_is_divided_wherever_its_chunks_end() -> None:
    for chunks in (
        Chunks(b"photoneutral"),
        Chunks(b"ph", b"oton", b"eutral"),
        Chunks(*(b"%c" % c for c in b"photoneutral")),
    ):
        assert received(chunks, "5") == Upload(b"photo", b"neutral")
    assert received(Chunks(b"photo"), "5", 5) == Upload(b"photo", None)
    assert received(Chunks(), "0") == Upload(b"", None)


@pytest.mark.parametrize("length", [None, "", "-1", "1.5", "x", "٥", "9" * 20, "+5"])
def test_a_length_that_is_no_number_is_refused(length: str | None) -> None:
    with pytest.raises(UploadError, match=LENGTH_HEADER) as refused:
        received(Chunks(b"photo"), length)
    assert refused.value.status == 400


def test_a_body_that_ends_early_is_refused() -> None:
    with pytest.raises(UploadError, match="expected a photograph of 9 bytes, received 5") as refused:
        received(Chunks(b"photo"), "9")
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("length", "total", "name", "read"),
    [
        ("11", None, "photograph", 0),
        ("5", 16, "neutral photograph", 0),
        ("5", None, "neutral photograph", 3),
        ("0", None, "neutral photograph", 2),
        ("5", 15, "neutral photograph", 3),
    ],
)
def test_what_is_too_large_is_not_read_to_its_end(
    length: str, total: int | None, name: str, read: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "MAX_BYTES", 10)
    chunks = Chunks(*[b"chunk6"] * 100)
    with pytest.raises(UploadError, match=f"^the {name} is too large") as refused:
        received(chunks, length, total)
    assert refused.value.status == 413 and chunks.read == read


def test_pictures_of_exactly_the_limit_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "MAX_BYTES", 10)
    assert received(Chunks(b"a" * 10, b"b" * 10), "10", 20) == Upload(b"a" * 10, b"b" * 10)
