import io

import numpy as np
import pytest
from PIL import Image

from store.errors import UnreadablePhotoError
from store.features import decode
from store.vocabulary import PIXEL_CHANNELS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX


def picture(width: int = 60, height: int = 90, kind: str = "JPEG", **options: object) -> bytes:
    rng = np.random.default_rng(0)
    pixels = np.clip(rng.normal(128, 40, (height, width, 3)), 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_whole_picture_tells_its_size(kind: str) -> None:
    assert decode.inspect(picture(kind=kind)) == (60, 90)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("share", [0.3, 0.8])
def test_a_truncated_picture_is_unreadable(kind: str, share: float) -> None:
    data = picture(kind=kind)
    with pytest.raises(UnreadablePhotoError):
        decode.inspect(data[: int(len(data) * share)])


@pytest.mark.parametrize("data", [b"", b"just text"])
def test_the_decoder_refuses_them_too(data: bytes) -> None:
    with pytest.raises(UnreadablePhotoError):
        decode.decode(data)


@pytest.mark.parametrize("data", [b"", b"just text", b"\xff\xd8\xff", b"GIF89a" + b"\0" * 50])
def test_other_bytes_are_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadablePhotoError):
        decode.inspect(data)


def test_a_rotated_picture_is_turned_upright_by_both_readers() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = picture(exif=exif)
    assert decode.inspect(data) == (90, 60)
    assert decode.decode(data).shape == (60, 90, 3)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_both_readers_agree_about_orientation_in_every_format(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = picture(kind=kind, exif=exif)
    height, width = decode.decode(data).shape[:2]
    assert decode.inspect(data) == (width, height)


def test_colours_are_rgb_and_thumbnails_have_the_models_size() -> None:
    red = io.BytesIO()
    Image.new("RGB", (200, 300), (250, 10, 20)).save(red, "PNG")
    rgb = decode.decode(red.getvalue())
    small = decode.shrink(rgb)
    assert small.shape == (PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS)
    assert small[5, 5].tolist() == [250, 10, 20]


def test_more_than_the_largest_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "LARGEST_PX", 100)
    with pytest.raises(UnreadablePhotoError, match="more than 100"):
        decode.inspect(picture())
