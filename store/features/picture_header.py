"""Headers of pictures: format, size, page and orientation, read once for everything that decodes a photograph.

The orientation is that of EXIF, in any byte order and integer type, or else that of XMP (`tiff:Orientation`).
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, TiffImagePlugin

from affect_store.store.errors import DamagedPhotoError, OversizedPhotoError, UnreadablePhotoError
from affect_store.store.features import png_chunks

FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP")
MAX_DECODED_BYTES = 800_000_000
"""Maximum memory while a picture is decoded: 100 megapixels in most formats."""

MAX_SIDE_PX = 2**15 - 2
"""OpenCV, with which MediaPipe samples pictures, aborts the process at a longer side (`remap`: dst.cols < SHRT_MAX)."""

MAX_PAGES = 1000
"""Maximum number of pages of a TIFF that are looked at; the largest of them is the photograph."""

DEEP_BITS = 9

_BYTES_PER_PIXEL, _DEEP_BYTES_PER_PIXEL, _BYTES_PER_PIXEL_OF_FRAMES = 8, 11, 16
"""Memory while a picture is decoded, per pixel: the decoder's own copies, and RGB."""


_TRANSPOSED = (5, 6, 7, 8)
_XMP_ORIENTATION = re.compile(rb"tiff:Orientation\s*(?:=\s*[\"']|>)\s*([1-8])")
_ORIENTATION, _WIDTH, _HEIGHT, _BITS, _SUBFILE, _PHOTOMETRIC = 0x0112, 256, 257, 258, 254, 262
_CHANNELS, _SAMPLE_FORMAT, _COMPRESSION = 277, 339, 259
_LOG_COMPRESSIONS = (34676, 34677)
_MASK_PAGE = 4
_BLOCK_BYTES = 64 * 2**20
_MAGIC = {b"\xff\xd8": "JPEG", b"\x89PNG": "PNG", b"II*\0": "TIFF", b"MM\0*": "TIFF", b"BM": "BMP", b"RIFF": "WEBP"}

warnings.filterwarnings("ignore", module=r"PIL\.")  # about metadata, and about large pictures
Image.core.set_block_size(_BLOCK_BYTES)  # type: ignore[attr-defined]  # of 16 MiB, freed blocks stay with each thread


@dataclass(frozen=True)
class PictureHeader:
    """A picture before decoding: `stored_px` is (width, height) as stored, before the orientation is applied.

    `orientation` is one of EXIF's eight, 1 if there is none. `bits` is per sample. Of a TIFF, `page` is the page to
    decode, `has_orientation_tag` tells whether its orientation is not from XMP alone, and `is_negative` whether 0 is
    white.
    """

    format: str
    stored_px: tuple[int, int]
    orientation: int
    has_orientation_tag: bool = False
    page: int = 0
    bits: int = 8
    channels: int = 3
    is_negative: bool = False
    is_animated: bool = False

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the upright picture."""
        width, height = self.stored_px
        return (height, width) if self.orientation in _TRANSPOSED else (width, height)

    @property
    def decoded_bytes(self) -> int:
        """Memory that decoding needs, approximately."""
        return self.stored_px[0] * self.stored_px[1] * self.bytes_per_pixel

    @property
    def bytes_per_pixel(self) -> int:
        """Memory that decoding needs per pixel, approximately; Pillow keeps two frames of every WebP."""
        if self.has_deep_colours:
            return _DEEP_BYTES_PER_PIXEL
        return _BYTES_PER_PIXEL_OF_FRAMES if self.format == "WEBP" and not self.is_for_opencv else _BYTES_PER_PIXEL

    @property
    def has_deep_colours(self) -> bool:
        """Whether there are several channels of more than 8 bits."""
        return self.bits >= DEEP_BITS and self.channels > 1

    @property
    def is_plain(self) -> bool:
        """Whether the first page, as it is stored, is the picture: upright, opaque and of 8 bits."""
        return self.orientation == 1 and self.page == 0 and self.bits < DEEP_BITS and self.channels in (1, 3)

    @property
    def is_ordinary_jpeg(self) -> bool:
        """Whether this is a JPEG in grey or in YCbCr or RGB; the others are CMYK."""
        return self.format == "JPEG" and self.channels in (1, 3)

    @property
    def is_for_opencv(self) -> bool:
        """Whether OpenCV decodes it, with less memory than Pillow, and JPEGs at a smaller scale."""
        return self.is_ordinary_jpeg or (self.format == "WEBP" and self.channels == 3 and not self.is_animated)


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """Open with Pillow, without decoding. Raises `UnreadablePhotoError` for whatever Pillow raises inside the block."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            yield image
    except UnreadablePhotoError:
        raise
    except Image.DecompressionBombError as error:
        raise OversizedPhotoError(f"{error}") from error
    except Exception as error:  # Pillow raises OSError, SyntaxError, ValueError, struct.error ... by format
        message = _message(data, error)
        raise (DamagedPhotoError if "runcated" in message else UnreadablePhotoError)(message) from error


def read_header(data: bytes) -> PictureHeader:
    """Read the header of a picture, of the largest page if there are several.

    Raises `UnreadablePhotoError` for other formats, and `OversizedPhotoError` for too many pixels.
    """
    with opened(data) as image:
        format_name = "JPEG" if image.format == "MPO" else str(image.format)
        if isinstance(image, TiffImagePlugin.TiffImageFile):
            return _require_size(_tiff_header(image))
        orientation = 1 if format_name == "PNG" else _orientation(image)
        channels = len(image.getbands())
        bits = data[24] if format_name == "PNG" else 8
        is_animated, size = bool(getattr(image, "is_animated", False)), image.size
    if format_name == "PNG":
        orientation = _png_orientation(data)
    return _require_size(
        PictureHeader(format_name, size, orientation, bits=bits, channels=channels, is_animated=is_animated)
    )


def _png_orientation(png: bytes) -> int:
    """Return the orientation of a PNG, whose metadata may follow the pixels: Pillow would decode these first."""
    try:
        with opened(png_chunks.without_pixels(png)) as image:
            return _orientation(image)
    except UnreadablePhotoError:
        return 1


def _require_size(header: PictureHeader) -> PictureHeader:
    width, height = header.stored_px
    limit = MAX_DECODED_BYTES // header.bytes_per_pixel
    if width * height > limit:
        raise OversizedPhotoError(f"{width} x {height} pixels, expected no more than {limit:,}")
    if max(width, height) > MAX_SIDE_PX:
        raise OversizedPhotoError(f"{width} x {height} pixels, expected sides of at most {MAX_SIDE_PX:,}")
    return header


def _tiff_header(image: TiffImagePlugin.TiffImageFile) -> PictureHeader:
    pages = [(area, -page) for page in range(min(image.n_frames, MAX_PAGES)) if (area := _page_area(image, page))]
    if not pages:
        raise UnreadablePhotoError("a TIFF without a page that holds a picture")
    page = -max(pages)[1]
    image.seek(page)
    tags = image.tag_v2
    bits = tags.get(_BITS, (1,))
    return PictureHeader(
        "TIFF",
        (int(tags[_WIDTH]), int(tags[_HEIGHT])),
        _orientation(image),
        has_orientation_tag=_ORIENTATION in tags,
        page=page,
        bits=max(bits) if isinstance(bits, tuple) else int(bits),
        channels=len(image.getbands()),
        is_negative=tags.get(_PHOTOMETRIC) == 0,
    )


def _page_area(image: TiffImagePlugin.TiffImageFile, page: int) -> int:
    """Return the number of pixels of a page, 0 for a transparency mask."""
    image.seek(page)
    is_mask = int(image.tag_v2.get(_SUBFILE, 0)) & _MASK_PAGE
    return 0 if is_mask else int(image.tag_v2[_WIDTH]) * int(image.tag_v2[_HEIGHT])


def exif_orientation(image: Image.Image) -> int | None:
    """Return the orientation in EXIF, or in XMP as far as Pillow reads it; None if there is none or it is invalid.

    While Pillow decodes a TIFF, it turns it by this orientation.
    """
    try:
        value = Image.Image.getexif(image).get(_ORIENTATION)  # that of PNG files decodes the pixels
    except Exception:  # damaged metadata, for which Pillow raises as many kinds of errors as for pixels
        return None
    return next((turn for turn in range(1, 9) if value == turn), None)


def _orientation(image: Image.Image) -> int:
    orientation = exif_orientation(image)
    if orientation is not None:
        return orientation
    xmp = image.info.get("XML:com.adobe.xmp") or image.info.get("xmp") or b""
    match = _XMP_ORIENTATION.search(xmp.encode() if isinstance(xmp, str) else bytes(xmp))
    return int(match[1]) if match else 1


def _tiff_samples(data: bytes) -> str:
    """Describe the samples of a TIFF that Pillow does not open; empty if its header cannot be read either."""
    try:
        with io.BytesIO(data) as file:
            tags = TiffImagePlugin.ImageFileDirectory_v2(file.read(8))
            file.seek(tags.next)
            tags.load(file)
            if _WIDTH not in tags:
                return ""
            bits = max(tags.get(_BITS, (1,)))
            kinds = set(tags.get(_SAMPLE_FORMAT, (1,)))
            channels = int(tags.get(_CHANNELS, 1))
            is_log = tags.get(_COMPRESSION) in _LOG_COMPRESSIONS
    except Exception:  # damaged tags, for which Pillow raises as many kinds of errors as for pixels
        return ""
    kind = {1: "integers", 2: "signed integers", 3: "floats"}.get(max(kinds), "samples of an unknown kind")
    shown = "logarithmically compressed floats" if is_log else f"{kind} of {bits} bits"
    return f"{shown} in {channels} {'channel' if channels == 1 else 'channels'}"


def _message(data: bytes, error: Exception) -> str:
    text = str(error)
    if "cannot identify" not in text:
        return type(error).__name__ if isinstance(error, KeyError) or not text else text
    kind = next((name for magic, name in _MAGIC.items() if data.startswith(magic)), None)
    if kind is None:
        return f"not an image in one of the formats {', '.join(FORMATS)}"
    if kind == "TIFF" and (samples := _tiff_samples(data)):
        return (
            f"a TIFF with {samples}, expected integers of 8 or 16 bits, or floats of 32 bits in one channel: convert it"
        )
    return f"a {kind} whose header is damaged, or of a variant that cannot be read"
