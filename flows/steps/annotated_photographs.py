"""Copies of predicted photographs with the face's box, its landmarks and the predicted word; inputs are only read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from affect_store.flows.steps.prediction import PredictedBatch
from affect_store.flows.steps.prediction_frame import box_of
from affect_store.store.errors import StoreError, UnreadablePhotoError
from affect_store.store.features import decode
from affect_store.store.features.extract import ExtractionResult
from affect_store.store.features.photo_files import read_photo_file
from affect_store.store.types import Face

MAX_STEM = 80
"""Maximum number of characters of a file's name that its copy keeps."""

_COLOUR, _PAPER = (255, 220, 0), (20, 20, 20)
_KEPT = frozenset(" -_.()")


class AnnotatedFolder:
    """A new or empty folder for annotated copies: nothing in it is ever overwritten.

    A copy has the name of its file as a JPEG, with characters other than letters, digits and ` -_.()` replaced by `_`,
    and a number if the name is taken. Raises `StoreError` if the folder holds anything, or cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            is_empty = not os.listdir(folder)
        except OSError as error:
            raise StoreError(f"the folder '{folder}' for annotated copies cannot be used: {error.strerror}") from error
        if not is_empty:
            raise StoreError(f"the folder '{folder}' is not empty, expected a new or empty one for annotated copies")
        self._folder = folder
        self._taken: set[str] = set()

    def add(self, batch: PredictedBatch) -> None:
        """Write a copy of each photograph of the batch that can be read."""
        rows = batch.frame.iter_rows(named=True)
        for path, image, row in zip(batch.paths, batch.images, rows, strict=True):
            if image.unreadable:
                continue
            try:
                picture = Image.fromarray(decode.decode(read_photo_file(path)))
            except (OSError, UnreadablePhotoError):  # it has changed since it was predicted
                continue
            draw(picture, image, _caption(row))
            with (self._folder / self._name(path)).open("xb") as file:
                picture.save(file, "JPEG", quality=90)

    def _name(self, path: Path) -> str:
        stem, number = safe_stem(path), 1
        name = f"{stem}.jpg"
        while name.casefold() in self._taken:  # some file systems ignore case
            number += 1
            name = f"{stem}-{number}.jpg"
        self._taken.add(name.casefold())
        return name


def safe_stem(path: Path) -> str:
    """Return the name of a file without its suffix, as letters, digits and ` -_.()` only, not hidden and not long."""
    kept = "".join(sign if sign.isalnum() or sign in _KEPT else "_" for sign in path.stem[:MAX_STEM])
    return kept.lstrip(" .-") or "photograph"


def _caption(row: Mapping[str, Any]) -> str:
    if row["predicted"] is None:
        return str(row["reason"])
    return f"{row['predicted']} {row[row['predicted'] + '_prob']:.0%}"


def draw(picture: Image.Image, image: ExtractionResult, caption: str) -> None:
    """Draw the landmarks and the box of a face into an upright picture, and the caption above the box."""
    pen = ImageDraw.Draw(picture)
    width = max(1, max(picture.size) // 400)
    box = box_of(image)
    left, top = 0, 0
    if box is not None and isinstance(image.face, Face):
        points_px = image.face.xyz[:, :2] * picture.size
        for x, y in points_px.tolist():
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=_COLOUR)
        left, top = box[:2]
        pen.rectangle((left, top, left + box[2], top + box[3]), outline=_COLOUR, width=width)
    font = ImageFont.load_default(size=max(12, max(picture.size) // 35))
    bounds = pen.textbbox((0, 0), caption, font=font)
    top = max(0, top - int(bounds[3]) - 2 * width)
    pen.rectangle((left, top, left + bounds[2] + 2 * width, top + bounds[3] + 2 * width), fill=_PAPER)
    pen.text((left + width, top + width), caption, fill=_COLOUR, font=font)
