"""The layout of the Japanese Female Facial Expression database: labels in file names, `KA.AN1.39.tiff`.

The names are the database's own (Lyons, Akamatsu, Kamachi and Gyoba 1998, doi 10.1109/AFGR.1998.670949): initials of
the person, expression and number of the take, and a running number. All ten people are Japanese women, photographed
from the front; the gaze is not recorded. Files are not opened here.
"""

from __future__ import annotations

import re

from affect_store.store.errors import CorpusNameError
from affect_store.store.sources.named_files import require_field
from affect_store.store.types import Labels
from affect_store.store.vocabulary import (
    ANGRY,
    DISGUSTED,
    FEARFUL,
    FRONTAL_DEG,
    HAPPY,
    NEUTRAL,
    SAD,
    SEXES,
    SURPRISED,
    UNKNOWN,
)

GRAMMAR = "<initials>.<emotion AN DI FE HA NE SA SU><take>.<number>.tiff"
NAMES = re.compile(r"[A-Z]{2}\.(AN|DI|FE|HA|NE|SA|SU)\d\.\d{1,3}\.tiff?", re.IGNORECASE)
_FIELDS = re.compile(r"([A-Z]{2})\.([A-Z]{2})\d{1,2}\.\d{1,4}\.\w{1,5}")
_EMOTIONS = {"AN": ANGRY, "DI": DISGUSTED, "FE": FEARFUL, "HA": HAPPY, "NE": NEUTRAL, "SA": SAD, "SU": SURPRISED}
_FEMALE, _ = SEXES
_POPULATION = "Japanese"


def parse(name: str, corpus: str) -> Labels:
    """Return the labels in a file name, in upper or lower case; the subject is `<corpus>-<initials>`.

    Raises `CorpusNameError`, which names the field that does not match.
    """
    match = _FIELDS.fullmatch(name.upper())
    if match is None:
        raise CorpusNameError(f"{name!r} does not match {GRAMMAR}")
    person, emotion = match.groups()
    require_field(name, GRAMMAR, "emotion", emotion, tuple(_EMOTIONS))
    return Labels(f"{corpus}-{person}", _FEMALE, _POPULATION, _EMOTIONS[emotion], FRONTAL_DEG, UNKNOWN)
