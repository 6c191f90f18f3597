"""The layout of the Radboud Faces Database: labels in file names, `Rafd090_01_Caucasian_female_angry_frontal.jpg`.

The grammar is the database's own (Langner et al. 2010, doi 10.1080/02699930903485076). Files are not opened here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from affect_store.store.errors import CorpusNameError
from affect_store.store.sources.named_files import require_field, scan_names
from affect_store.store.types import Candidate, Labels, Reject
from affect_store.store.vocabulary import ANGLES_DEG, EMOTIONS, GAZES, RAFD_POPULATIONS, SEXES

GRAMMAR = "Rafd<angle>_<model>_<type>_<sex>_<emotion>_<gaze>.jpg"
_FIELDS = 6
_PREFIX = "Rafd"
_MODEL_DIGITS = range(1, 5)
_ANGLES = {f"{angle:03d}": angle for angle in ANGLES_DEG}


def scan(folder: Path, corpus: str) -> Iterator[Candidate | Reject]:
    """Yield every picture below `folder` in the order of paths: see `named_files.scan_names`."""
    return scan_names(folder, corpus, parse)


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
    expect = partial(require_field, name, GRAMMAR)
    expect("angle", angle, tuple(_ANGLES))
    if not (model.isascii() and model.isdigit() and len(model) in _MODEL_DIGITS):
        raise CorpusNameError(f"{name!r} does not match {GRAMMAR} (model is {model!r}, expected 1 to 4 digits)")
    expect("type", population, RAFD_POPULATIONS)
    expect("sex", sex, SEXES)
    expect("emotion", emotion, EMOTIONS)
    expect("gaze", gaze, GAZES)
    return Labels(f"{corpus}-{model}", sex, population, emotion, _ANGLES[angle], gaze)
