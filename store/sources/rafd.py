"""File names of the Radboud Faces Database: `Rafd090_01_Caucasian_female_angry_frontal.jpg`.

Source of the grammar: the database's own naming (Langner et al. 2010). File contents are not opened here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from store.errors import CorpusError, CorpusNameError
from store.sources.text import is_storable, storable
from store.types import Candidate, Labels, Reject
from store.vocabulary import ANGLES_DEG, EMOTIONS, GAZES, RAFD_POPULATIONS, SEXES

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp"})
GRAMMAR = "Rafd<angle>_<model>_<type>_<sex>_<emotion>_<gaze>.jpg"
_FIELDS = 6
_PREFIX = "Rafd"
_MODEL_DIGITS = range(1, 5)
_ANGLES = {f"{angle:03d}": angle for angle in ANGLES_DEG}


def scan(folder: Path, corpus: str) -> Iterator[Candidate | Reject]:
    """Every picture file below `folder` in the order of its path: a candidate, or a reject 'bad name'.

    Files that are no pictures by their suffix, and hidden ones, are not part of the corpus. Raises `CorpusError` where
    the folder does not exist.
    """
    if not folder.is_dir():
        raise CorpusError(f"expected a folder of photographs, but '{folder}' is not a folder")
    for path in _pictures(folder):
        try:
            if not is_storable(str(path)):
                raise CorpusNameError(f"{storable(str(path))!r} is not valid UTF-8")
            yield Candidate(path, parse(path.name, corpus))
        except CorpusNameError as error:
            yield Reject(storable(str(path)), "bad name", storable(str(error)))


def parse(name: str, corpus: str) -> Labels:
    """The labels in a file name; the person is `<corpus>-<model>`. Raises `CorpusNameError` naming the bad field."""
    stem, _, _ = name.rpartition(".")
    fields = stem.split("_")
    if len(fields) != _FIELDS or not fields[0].startswith(_PREFIX):
        raise CorpusNameError(f"{name!r} does not match {GRAMMAR}")
    angle, model, population, sex, emotion, gaze = fields
    angle = angle.removeprefix(_PREFIX)
    _expect(name, "angle", angle, tuple(_ANGLES))
    if not (model.isascii() and model.isdigit() and len(model) in _MODEL_DIGITS):
        raise CorpusNameError(f"{name!r} does not match {GRAMMAR} (model is {model!r}, expected a number)")
    _expect(name, "type", population, RAFD_POPULATIONS)
    _expect(name, "sex", sex, SEXES)
    _expect(name, "emotion", emotion, EMOTIONS)
    _expect(name, "gaze", gaze, GAZES)
    return Labels(f"{corpus}-{model}", sex, population, emotion, _ANGLES[angle], gaze)


def _expect(name: str, what: str, received: str, words: tuple[str, ...]) -> None:
    if received not in words:
        raise CorpusNameError(
            f"{name!r} does not match {GRAMMAR} ({what} is {received!r}, expected one of {' '.join(words)})"
        )


def _pictures(folder: Path) -> Iterator[Path]:
    """Picture files below the folder, sorted, without following links to folders."""
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in PICTURE_SUFFIXES:
                yield Path(here, name)
