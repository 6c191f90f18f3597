"""The layout of the Karolinska Directed Emotional Faces: labels in file names, `AF01ANS.JPG`.

The codes are the database's own (Lundqvist, Flykt and Öhman 1998, ISBN 91-630-7164-9, "About KDEF" on kdef.se): session
(A or B), sex (F or M), number of the person among the women or the men (01 to 35), expression and view. Both sessions
show the same people, so they are two takes of each cell. Files are not opened here.

Left and right profiles show the left and the right side of the face. The cameras are those of RaFD in degrees, where 90
is frontal and 0 stands at the person's left: FL is 0, HL 45, S 90, HR 135 and FR 180. Gaze and population are not
recorded.
"""

from __future__ import annotations

import re
from functools import partial

from affect_store.store.errors import CorpusNameError
from affect_store.store.sources.named_files import require_field
from affect_store.store.types import Labels
from affect_store.store.vocabulary import (
    ANGLES_DEG,
    ANGRY,
    DISGUSTED,
    FEARFUL,
    HAPPY,
    NEUTRAL,
    SAD,
    SEXES,
    SURPRISED,
    UNKNOWN,
)

GRAMMAR = "<session A or B><sex F or M><person 01 to 35><emotion AF AN DI HA NE SA SU><view FL HL S HR FR>.JPG"
NAMES = re.compile(r"[AB][FM]\d{2}(AF|AN|DI|HA|NE|SA|SU)(FL|HL|S|HR|FR)\.jpe?g", re.IGNORECASE)
_FIELDS = re.compile(r"(.)(.)(..)(..)(.{1,2})\.\w{1,5}", re.DOTALL)
_SEXES = dict(zip("FM", SEXES, strict=True))
_EMOTIONS = {"AF": FEARFUL, "AN": ANGRY, "DI": DISGUSTED, "HA": HAPPY, "NE": NEUTRAL, "SA": SAD, "SU": SURPRISED}
_VIEWS = dict(zip(("FL", "HL", "S", "HR", "FR"), ANGLES_DEG, strict=True))
_PEOPLE = tuple(f"{number:02d}" for number in range(1, 36))


def parse(name: str, corpus: str) -> Labels:
    """Return the labels in a file name, in upper or lower case; the subject is `<corpus>-<sex><person>`, as in `F01`.

    Raises `CorpusNameError`, which names the field that does not match.
    """
    match = _FIELDS.fullmatch(name.upper())
    if match is None:
        raise CorpusNameError(f"{name!r} does not match {GRAMMAR} (expected 7 or 8 characters before the suffix)")
    session, sex, person, emotion, view = match.groups()
    expect = partial(require_field, name, GRAMMAR)
    expect("session", session, "AB")
    expect("sex", sex, tuple(_SEXES))
    if person not in _PEOPLE:
        raise CorpusNameError(f"{name!r} does not match {GRAMMAR} (person is {person!r}, expected 01 to 35)")
    expect("emotion", emotion, tuple(_EMOTIONS))
    expect("view", view, tuple(_VIEWS))
    return Labels(f"{corpus}-{sex}{person}", _SEXES[sex], UNKNOWN, _EMOTIONS[emotion], _VIEWS[view], UNKNOWN)
