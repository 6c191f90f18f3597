"""The layout of the Radboud Faces Database: labels in file names, `Rafd090_01_Caucasian_female_angry_frontal.jpg`.

The grammar is the database's own (Langner et al. 2010, doi 10.1080/02699930903485076). Files are not opened here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from affect_store.store.errors import CorpusError, CorpusNameError
from affect_store.store.sources.text import escape_line_breaks, escape_undecodable, is_valid_utf8, require_name
from affect_store.store.types import Candidate, Labels, Reject
from affect_store.store.vocabulary import ANGLES_DEG, EMOTIONS, GAZES, RAFD_POPULATIONS, SEXES

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp"})
GRAMMAR = "Rafd<angle>_<model>_<type>_<sex>_<emotion>_<gaze>.jpg"
_FIELDS = 6
_PREFIX = "Rafd"
_MODEL_DIGITS = range(1, 5)
_ANGLES = {f"{angle:03d}": angle for angle in ANGLES_DEG}


def scan(folder: Path, corpus: str) -> Iterator[Candidate | Reject]:
    """Yield every image file below `folder` in the order of paths: a candidate, or a reject with reason 'bad name'.

    Hidden files and files without an image's suffix are skipped. Raises `CorpusError` if the folder does not exist.
    """
    if not folder.is_dir():
        raise CorpusError(f"expected a folder of photographs, but '{folder}' is not a folder")
    for path in picture_files(folder):
        try:
            if not is_valid_utf8(str(path)):
                raise CorpusNameError(f"{escape_undecodable(str(path))!r} is not valid UTF-8")
            require_name(str(path.relative_to(folder)), "the path", CorpusNameError)
            yield Candidate(path, parse(path.name, corpus))
        except CorpusNameError as error:
            yield Reject(escape_line_breaks(str(path)), "bad name", escape_undecodable(str(error)))


def parse(name: str, corpus: str) -> Labels:
    """Return the labels in a file name; the subject is `<corpus>-<model>`.

    Raises `CorpusNameError`, which names the field that does not match.
    """
    stem, _, _ = name.rpartition(".")
    fields = stem.split("_")
    if not stem.startswith(_PREFIX):
        raise CorpusNameError(f"{name!r} does not match {GRAMMAR} (it does not begin with {_PREFIX})")
    if len(fields) != _FIELDS:
        raise CorpusNameError(
            f"{name!r} does not match {GRAMMAR} (expected {_FIELDS} fields separated by _, received {len(fields)})"
        )
    angle, model, population, sex, emotion, gaze = fields
    angle = angle.removeprefix(_PREFIX)
    _expect(name, "angle", angle, tuple(_ANGLES))
    if not (model.isascii() and model.isdigit() and len(model) in _MODEL_DIGITS):
        raise CorpusNameError(f"{name!r} does not match {GRAMMAR} (model is {model!r}, expected 1 to 4 digits)")
    _expect(name, "type", population, RAFD_POPULATIONS)
    _expect(name, "sex", sex, SEXES)
    _expect(name, "emotion", emotion, EMOTIONS)
    _expect(name, "gaze", gaze, GAZES)
    return Labels(f"{corpus}-{model}", sex, population, emotion, _ANGLES[angle], gaze)


def _expect(name: str, field: str, received: str, allowed: tuple[str, ...]) -> None:
    if received not in allowed:
        raise CorpusNameError(
            f"{name!r} does not match {GRAMMAR} ({field} is {received!r}, expected one of {' '.join(allowed)})"
        )


def picture_files(folder: Path) -> Iterator[Path]:
    """Yield the pictures below the folder, sorted; links to folders are not followed, hidden files are left out."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in PICTURE_SUFFIXES:
                yield Path(parent, name)
