"""Damage that decoders only warn about: lost, zeroed or foreign data in the middle of a JPEG."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from affect_store.store.errors import DamagedPhotoError
from affect_store.store.features import decode, jpeg_scans
from affect_store.store.features.picture_header import read_header

LOST = 4096
PLACES = 60


def photograph(**options: object) -> bytes:
    """A JPEG with the detail of a photograph: smooth shades and noise."""
    rng = np.random.default_rng(0)
    shades = Image.fromarray(rng.integers(0, 256, (16, 12, 3), np.uint8)).resize((360, 480), Image.Resampling.BICUBIC)
    noisy = np.clip(np.asarray(shades) + rng.normal(0, 12, (480, 360, 3)), 0, 255).astype(np.uint8)
    return saved(Image.fromarray(noisy), **{"quality": 92, **options})


def saved(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def require_undamaged(data: bytes) -> None:
    decode.require_undamaged(data, read_header(data))


def is_damaged(data: bytes) -> bool:
    try:
        require_undamaged(data)
    except DamagedPhotoError as error:
        return bool(str(error))
    return False


def places(data: bytes) -> list[int]:
    start = data.index(b"\xff\xda") + 200
    return [int(place) for place in np.linspace(start, len(data) - LOST - 200, PLACES)]


@pytest.mark.parametrize(
    "options",
    [{}, {"progressive": True}, {"optimize": True}, {"restart_marker_rows": 2}, {"subsampling": 0}],
    ids=["baseline", "progressive", "optimised", "restarts", "4:4:4"],
)
def test_zeros_in_a_jpeg_are_damage_at_every_place(options: dict[str, object]) -> None:
    data = photograph(**options)
    require_undamaged(data)
    assert [place for place in places(data) if not is_damaged(data[:place] + bytes(LOST) + data[place + LOST :])] == []


def test_lost_bytes_in_a_jpeg_are_damage_at_every_place() -> None:
    data = photograph()
    assert [place for place in places(data) if not is_damaged(data[:place] + data[place + LOST :])] == []


def test_a_second_half_of_zeros_with_a_proper_end_is_damage() -> None:
    data = photograph()
    half = len(data) // 2
    with pytest.raises(DamagedPhotoError, match=r"JPEG|zero bytes"):
        require_undamaged(data[:half] + bytes(len(data) - half - 2) + b"\xff\xd9")


def test_the_sentence_of_the_decoder_is_kept() -> None:
    data = photograph()
    with pytest.raises(DamagedPhotoError, match="Premature end of JPEG file"):
        require_undamaged(data[: len(data) // 2])


@pytest.mark.parametrize("shade", [0, 127, 255])
@pytest.mark.parametrize("options", [{}, {"optimize": True}, {"progressive": True}, {"quality": 5, "optimize": True}])
def test_flat_pictures_are_undamaged_though_their_data_are_zeros(shade: int, options: dict[str, object]) -> None:
    for mode in ("RGB", "L"):
        require_undamaged(saved(Image.new("RGB", (900, 900), (shade,) * 3).convert(mode), **options))


def test_zeros_in_metadata_are_no_damage() -> None:
    data = photograph(exif=b"Exif\0\0" + bytes(5000), icc_profile=bytes(5000))
    assert jpeg_scans.ZERO_RUN in data
    require_undamaged(data)


@pytest.mark.parametrize("padding", [b"\0", b"\0" * 9, b"\xff" * 4])
def test_a_few_bytes_of_padding_before_the_end_are_no_damage(padding: bytes) -> None:
    data = photograph()
    require_undamaged(data[:-2] + padding + data[-2:] + b"appended by a telephone")


def test_a_rest_of_pixels_before_the_end_is_damage() -> None:
    data = photograph()
    assert is_damaged(data[:-2] + data[5000:5030].replace(b"\xff", b"\1") + data[-2:])


def test_damage_does_not_keep_an_old_photograph_from_being_decoded() -> None:
    data = photograph()
    place = places(data)[20]
    assert decode.decode(data[:place] + bytes(LOST) + data[place + LOST :]).shape == (480, 360, 3)


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("size", [(360, 480), (33, 47), (7, 300)], ids=str)
@pytest.mark.parametrize(
    "options",
    [
        {"subsampling": 0},
        {"subsampling": 1},
        {"subsampling": 2},
        {"progressive": True},
        {"quality": 30},
        {"quality": 100},
    ],
    ids=str,
)
def test_a_new_photograph_has_the_pixels_of_a_catalogued_one(
    options: dict[str, object], size: tuple[int, int], mode: str
) -> None:
    data = saved(Image.open(io.BytesIO(photograph())).resize(size).convert(mode), **options)
    header = read_header(data)
    for scale in (1.0, 0.5):
        np.testing.assert_array_equal(decode.decode_new(data, scale, header), decode.decode(data, scale, header))
    assert decode._is_equal_to_opencv()


def test_a_new_photograph_is_turned_and_checked_like_any_other() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = photograph(exif=exif)
    header = read_header(data)
    turned = decode.decode_new(data, 1.0, header)
    assert turned.shape == (360, 480, 3)
    np.testing.assert_array_equal(turned, decode.decode(data, 1.0, header))
    place = places(data)[PLACES // 2]
    for broken in (data[:place] + bytes(LOST) + data[place + LOST :], data[: len(data) // 2], data[:place]):
        with pytest.raises(DamagedPhotoError) as received:
            decode.decode_new(broken, 1.0, header)
        with pytest.raises(DamagedPhotoError) as expected:
            decode.require_undamaged(broken, header)
        assert str(received.value) == str(expected.value)
