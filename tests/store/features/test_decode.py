"""Decoding: the same upright RGB picture and size from every format, orientation, depth and colour model."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from affect_store.store.errors import DamagedPhotoError, OversizedPhotoError, UnreadablePhotoError
from affect_store.store.features import decode, picture_header
from affect_store.store.features.picture_header import read_header
from affect_store.store.types import ByteArray
from affect_store.store.vocabulary import PIXEL_CHANNELS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX
from tests.store.features.pictures import ORIENTED, XMP, encoded, exif, stored, upright, with_exif, with_xmp

DEEP, TWELVE_BITS = 65535, 4095


def require_picture(data: bytes, expected: ByteArray | None = None, tolerance: float = 1) -> None:
    """The header's size, the complete check and every scale agree with the expected picture."""
    expected = upright() if expected is None else expected
    header = read_header(data)
    assert header.size_px == (expected.shape[1], expected.shape[0])
    decode.require_undamaged(data, header)
    for scale in decode.SCALES:
        step = int(1 / scale)
        difference = np.abs(decode.decode(data, scale).astype(int) - expected[::step, ::step])
        assert difference.mean() <= (tolerance if scale == 1 else max(tolerance, 6))


@pytest.mark.parametrize(
    ("values", "samples"),
    [
        (np.zeros((8, 8, 3), np.float32), "logarithmically compressed floats in 3 channels"),
        (np.zeros((8, 8, 4), np.float32), "floats of 32 bits in 4 channels"),
        (np.zeros((8, 8, 3), np.float64), "floats of 64 bits in 3 channels"),
        (np.zeros((8, 8, 3), np.int32), "signed integers of 32 bits in 3 channels"),
        (np.zeros((8, 8), np.float64), "floats of 64 bits in 1 channel,"),
    ],
)
def test_a_tiff_with_samples_that_are_not_read_says_which(values: np.ndarray, samples: str) -> None:
    data = cv2.imencode(".tif", values)[1].tobytes()
    with pytest.raises(
        UnreadablePhotoError, match=f"a TIFF with {samples}.*expected integers of 8 or 16 bits.*convert"
    ):
        read_header(data)
    with pytest.raises(UnreadablePhotoError, match="header is damaged"):
        read_header(data[:4] + bytes(30))


@pytest.mark.parametrize("kind", ORIENTED)
@pytest.mark.parametrize(("order", "tag_type"), [("<", 3), (">", 3), ("<", 4), (">", 4)])
def test_the_orientation_in_exif_is_applied_in_every_format(kind: str, order: str, tag_type: int) -> None:
    for orientation in range(1, 9):
        require_picture(with_exif(orientation, kind, order=order, tag_type=tag_type), tolerance=2)


@pytest.mark.parametrize("kind", ORIENTED)
@pytest.mark.parametrize(
    "text",
    ['tiff:Orientation="{}"/>', "tiff:Orientation = '{}'/>", "><tiff:Orientation> {} </tiff:Orientation>"],
)
def test_the_orientation_in_xmp_is_applied_in_every_format(kind: str, text: str) -> None:
    for orientation in (1, 3, 5, 6, 8):
        require_picture(with_xmp(orientation, kind, text), tolerance=2)


def test_exif_is_asked_before_xmp() -> None:
    data = encoded(stored(6), exif=exif(6), xmp=XMP % b'tiff:Orientation="3"/>')
    require_picture(data, tolerance=2)


def test_an_orientation_that_does_not_exist_is_none() -> None:
    for data in (encoded(stored(1), exif=exif(9)), encoded(stored(1), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")):
        require_picture(data, tolerance=2)


def png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


@pytest.mark.parametrize(
    "chunk",
    [
        png_chunk(b"eXIf", exif(6)[6:]),
        png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP % b'tiff:Orientation="6"/>'),
    ],
)
def test_metadata_after_the_pixels_of_a_png_count(chunk: bytes) -> None:
    data = encoded(stored(6), "PNG")
    require_picture(data[:-12] + chunk + data[-12:])


def opencv(extension: str, samples: np.ndarray) -> bytes:
    return bytes(cv2.imencode(extension, samples)[1])


@pytest.mark.parametrize("white", [DEEP, TWELVE_BITS])
@pytest.mark.parametrize("extension", [".png", ".tif"])
@pytest.mark.parametrize("has_alpha", [False, True])
def test_deep_colours_are_scaled_by_their_real_range(extension: str, white: int, has_alpha: bool) -> None:
    colours = np.rint(upright()[..., ::-1] * (white / 255)).astype(np.uint16)
    colours[0, 0] = white
    expected = upright()
    expected[0, 0] = 255
    samples = np.dstack([colours, np.full(colours.shape[:2], DEEP, np.uint16)]) if has_alpha else colours
    require_picture(opencv(extension, samples), expected)


@pytest.mark.parametrize(
    ("kind", "white", "dtype"),
    [
        ("PNG", DEEP, np.uint16),
        ("PNG", TWELVE_BITS, np.uint16),
        ("TIFF", DEEP, np.uint16),
        ("TIFF", TWELVE_BITS, np.uint16),
        ("TIFF", TWELVE_BITS, np.int32),
        ("TIFF", 1, np.float32),
    ],
)
def test_deep_grey_is_scaled_by_its_real_range(kind: str, white: float, dtype: type) -> None:
    grey = upright()[..., 0]
    grey[0, 0] = 255
    samples = grey / 255 * white
    data = encoded(Image.fromarray((samples if dtype is np.float32 else np.rint(samples)).astype(dtype)), kind)
    require_picture(data, np.repeat(grey[..., None], 3, axis=2))


def test_values_without_a_known_range_are_unreadable() -> None:
    for values in ((-5.0, 1.0), (0.0, 1e6), (0.0, float("nan"))):
        data = encoded(Image.fromarray(np.resize(np.float32(values), (8, 8))), "TIFF")
        with pytest.raises(UnreadablePhotoError, match="values"):
            decode.decode(data)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_transparent_pixels_are_white(kind: str) -> None:
    rgba = np.dstack([upright(), np.full(upright().shape[:2], 255, np.uint8)])
    rgba[:10, :, 3] = 0
    expected = upright()
    expected[:10] = 255
    options = {"exact": True} if kind == "WEBP" else {}
    require_picture(encoded(Image.fromarray(rgba), kind, **options), expected)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
@pytest.mark.parametrize("mode", ["P", "L", "1"])
def test_palettes_and_grey_are_turned_to_rgb(kind: str, mode: str) -> None:
    image = Image.fromarray(upright()).convert(mode, dither=Image.Dither.NONE, palette=Image.Palette.ADAPTIVE)
    require_picture(encoded(image, kind), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_is_turned_to_rgb(kind: str) -> None:
    require_picture(encoded(Image.fromarray(upright()).convert("CMYK"), kind), tolerance=4)


@pytest.mark.parametrize("orientation", [1, 6])
def test_the_largest_page_is_the_photograph(orientation: int) -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[0x0112] = orientation
    page = stored(orientation)
    page.encoderinfo = {"tiffinfo": tags}
    thumbnail = Image.fromarray(upright()[:20, :20])
    buffer = io.BytesIO()
    thumbnail.save(buffer, "TIFF", save_all=True, append_images=[page, thumbnail])
    require_picture(buffer.getvalue())


def test_the_largest_page_of_deep_colours_is_the_photograph() -> None:
    deep = upright()[..., ::-1].astype(np.uint16) * 257
    pages = [deep[:20, :20].copy(), deep, deep[:9, :9].copy()]
    require_picture(bytes(cv2.imencodemulti(".tif", pages)[1]))


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 2, "quality": 60}, {"optimize": True}])
@pytest.mark.parametrize(("width", "height"), [(60, 90), (61, 93)])
def test_ordinary_jpegs_have_the_values_that_opencv_gives_them(
    options: dict[str, object], width: int, height: int
) -> None:
    rng = np.random.default_rng(0)
    pixels = np.clip(rng.normal(128, 40, (height, width, 3)), 0, 255).astype(np.uint8)
    data = encoded(Image.fromarray(pixels), **options)
    flags = {1.0: cv2.IMREAD_COLOR, 0.5: cv2.IMREAD_REDUCED_COLOR_2, 0.25: cv2.IMREAD_REDUCED_COLOR_4}
    for scale, flag in flags.items():
        expected = cv2.imdecode(np.frombuffer(data, np.uint8), flag)[..., ::-1]
        assert np.array_equal(decode.decode(data, scale), expected)


@pytest.mark.parametrize("data", [b"", b"just text", b"\xff\xd8\xff", b"GIF89a" + b"\0" * 50])
def test_other_bytes_are_unreadable(data: bytes) -> None:
    for read in (read_header, decode.decode):
        with pytest.raises(UnreadablePhotoError):
            read(data)


def test_thumbnails_have_the_models_size() -> None:
    rgb = decode.decode(encoded(Image.new("RGB", (200, 300), (250, 10, 20)), "PNG"))
    small = decode.make_thumbnail(rgb)
    assert small.shape == (PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS)
    assert small[5, 5].tolist() == [250, 10, 20]


def test_the_notebooks_thumbnail_is_what_pillow_makes_by_default() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (400, 300, 3), np.uint8)
    expected = np.asarray(Image.fromarray(noise).resize((PIXEL_WIDTH_PX, PIXEL_HEIGHT_PX)))
    small = decode.make_bicubic_thumbnail(noise)
    assert (small == expected).all() and (small != decode.make_thumbnail(noise)).mean() > 0.5


@pytest.mark.parametrize("size", [(32_767, 40), (40, 32_767)])
def test_a_side_at_which_the_face_detector_aborts_is_too_large(size: tuple[int, int]) -> None:
    file = io.BytesIO()
    Image.new("RGB", size).save(file, "PNG")
    with pytest.raises(OversizedPhotoError, match="expected sides of at most 32,766"):
        decode.decode(file.getvalue())


def test_more_than_the_largest_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_header, "MAX_DECODED_BYTES", 800)
    with pytest.raises(OversizedPhotoError, match="no more than 100"):
        read_header(encoded(stored(1)))


def test_a_picture_far_beyond_the_largest_size_is_too_large_too() -> None:
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b"")
    with pytest.raises(OversizedPhotoError):
        read_header(data)


def test_the_header_of_a_png_is_read_without_its_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(Image.fromarray(upright()), "PNG")
    monkeypatch.setattr(Image.core, "new", lambda *_: pytest.fail("pixels were allocated"))
    assert read_header(data).size_px == (48, 64)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "WEBP"])
@pytest.mark.parametrize("share", [0.4, 0.8, 0.98])
def test_a_file_that_was_cut_short_is_damaged_or_unreadable(kind: str, share: float) -> None:
    rng = np.random.default_rng(0)
    data = encoded(Image.fromarray(rng.integers(0, 256, (64, 48, 3), np.uint8)), kind)
    with pytest.raises(UnreadablePhotoError):
        cut = data[: int(len(data) * share)]
        decode.require_undamaged(cut, read_header(cut))


def test_a_wrong_checksum_in_a_png_is_damage() -> None:
    data = bytearray(encoded(Image.fromarray(upright()), "PNG"))
    data[data.index(b"IDAT") + 20] ^= 1
    with pytest.raises(DamagedPhotoError, match="checksum of its chunk 'IDAT'"):
        decode.require_undamaged(bytes(data), read_header(bytes(data)))


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"quality": 40}])
def test_a_jpeg_has_the_pixels_that_opencv_gives(subsampling: str, options: dict[str, int]) -> None:
    for size in ((48, 64), (17, 33), (681, 1024)):
        noise = np.random.default_rng(size).integers(0, 256, (size[1], size[0], 3), np.uint8)
        picture = Image.fromarray(cv2.GaussianBlur(noise, (5, 5), 0))
        for image in (picture, picture.convert("L")):
            data = encoded(image, subsampling=subsampling, **options)
            expected = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
            np.testing.assert_array_equal(decode.decode(data), expected)
