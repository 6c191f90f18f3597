"""Who a person is: the numbers that stay the same in all photographs. Values only; `casting.py` draws them.

Lengths are centimetres in the head frame (+x the subject's left, +y up, +z out of the face, y = 0 the pupils'
line); colours are blue, green, red in 0..255; everything called a factor is 1 for the average adult.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from store.sources.synthetic.fields import Field


class Haircut(Enum):
    """What the hair does behind the ears."""

    LONG = "long"
    TIED = "tied"
    SHORT = "short"
    CROP = "crop"


class Fringe(Enum):
    """What the hair does above the forehead."""

    SWEPT_BACK = "swept back"
    PARTED = "parted"
    FRINGE = "fringe"


@dataclass(frozen=True)
class Skull:
    """Proportions of the head. `width`, `length` (below the eyes), `depth`, `jaw`, `chin_width`, `neck`,
    `shoulders` and `scale` (everything) are factors; `chin`, `cheek`, `ridge`, `forehead` are centimetres."""

    width: float
    length: float
    depth: float
    jaw: float
    chin: float
    chin_width: float
    cheek: float
    ridge: float
    forehead: float
    neck: float
    shoulders: float
    scale: float


@dataclass(frozen=True)
class Eyes:
    """Distance of the eye's centre from the midline, half width, openings above and below, tilt of the outer
    corner, height of the centre; the iris as an angle on the eyeball, radians."""

    spacing: float
    half_width: float
    upper: float
    lower: float
    tilt: float
    height: float
    iris_rad: float


@dataclass(frozen=True)
class Brows:
    """Height of the brow's middle, half thickness, arch, inner and outer end, opacity."""

    height: float
    thickness: float
    arch: float
    inner: float
    outer: float
    density: float


@dataclass(frozen=True)
class Nose:
    """Factors of length, width and height of the nose; height of its root, centimetres."""

    length: float
    width: float
    height: float
    bridge: float


@dataclass(frozen=True)
class Mouth:
    """Height of the lips' line at rest, half width, thickness of the upper and lower lip."""

    height: float
    half_width: float
    upper_lip: float
    lower_lip: float


@dataclass(frozen=True)
class Colours:
    """Skin, hair, iris, lips and shirt; strength (0..1) of beard shadow, freckles and flush of the cheeks."""

    skin: Field
    hair: Field
    iris: Field
    lips: Field
    shirt: Field
    beard: float
    freckles: float
    flush: float


@dataclass(frozen=True)
class Hair:
    """Cut, fringe, height of the hairline at the midline, thickness, side (+1 left) of the parting."""

    cut: Haircut
    fringe: Fringe
    line: float
    thickness: float
    parting_side: int


@dataclass(frozen=True)
class Habits:
    """How the person moves: a gain for each action unit (by field name) and for each emotion, the side
    (+1 left) of a one-sided mouth, and the asymmetry of the face at rest."""

    unit_gain: dict[str, float]
    emotion_gain: dict[str, float]
    dimple_side: int
    asymmetry: float


@dataclass(frozen=True)
class Person:
    """One person of a corpus; `key` = (seed of the corpus, index) starts every random stream of theirs.

    `male` is 0 for women and 1 for men, in between for children.
    """

    key: tuple[int, int]
    sex: str
    population: str
    male: float
    skull: Skull
    eyes: Eyes
    brows: Brows
    nose: Nose
    mouth: Mouth
    ear_size: float
    ear_flare: float
    colours: Colours
    hair: Hair
    habits: Habits
