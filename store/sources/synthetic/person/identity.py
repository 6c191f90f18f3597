"""The parameters of a person that are the same in all photographs. Values only; `sampling` draws them.

Lengths are centimetres in the head frame (+x to the subject's left, +y up, +z out of the face, y = 0 at the line
through the pupils); colours are blue, green, red in 0..255; a factor is 1 for the average adult.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from affect_store.store.sources.synthetic.drawing.shape_functions import Field


class Haircut(Enum):
    """Style of the hair behind the ears."""

    LONG = "long"
    TIED = "tied"
    SHORT = "short"
    CROP = "crop"


class Fringe(Enum):
    """Style of the hair above the forehead."""

    SWEPT_BACK = "swept back"
    PARTED = "parted"
    FRINGE = "fringe"


@dataclass(frozen=True)
class Skull:
    """Proportions of head and body.

    `width`, `length` (below the eyes), `depth`, `jaw`, `chin_width`, `neck`, `shoulders` and `scale` (of everything)
    are factors; `chin`, `cheek`, `ridge` (of the brows) and `forehead` are centimetres.
    """

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
    """Position and shape of the eyes.

    `spacing`: distance of the eye's centre from the midline; `upper`, `lower`: lid opening above and below the axis;
    `tilt`: rise of the outer corner; `height` of the centre; `iris_rad`: angular radius of the iris on the eyeball.
    """

    spacing: float
    half_width: float
    upper: float
    lower: float
    tilt: float
    height: float
    iris_rad: float


@dataclass(frozen=True)
class Brows:
    """Height of the brow's centre, half thickness, arch, inner and outer end, and opacity (`density`)."""

    height: float
    thickness: float
    arch: float
    inner: float
    outer: float
    density: float


@dataclass(frozen=True)
class Nose:
    """Factors of length, width and height (projection) of the nose; added height of its `bridge`, centimetres."""

    length: float
    width: float
    height: float
    bridge: float


@dataclass(frozen=True)
class Mouth:
    """Height of the line between the lips at rest, half width, thickness of upper and lower lip."""

    height: float
    half_width: float
    upper_lip: float
    lower_lip: float


@dataclass(frozen=True)
class Colours:
    """Colours of skin, hair, iris, lips and shirt; strength of beard shadow, freckles and flush of the cheeks."""

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
    """Cut, fringe, height of the hairline at the midline (`line`), thickness, side of the parting (+1 left)."""

    cut: Haircut
    fringe: Fringe
    line: float
    thickness: float
    parting_side: int


@dataclass(frozen=True)
class Expressiveness:
    """How strongly a person expresses emotions.

    A gain per action unit (by field name) and per emotion; `dimple_side`: the dominant side of unilateral contempt
    (+1 left); `asymmetry` of the face at rest; `side_bias`: how much more the left side moves than the right.
    """

    unit_gain: dict[str, float]
    emotion_gain: dict[str, float]
    dimple_side: int
    asymmetry: float
    side_bias: float = 0.0


@dataclass(frozen=True)
class Person:
    """One person of a corpus; `key` = (seed of the corpus, index) seeds every random stream of this person.

    `masculinity` is 0 for women, 1 for men, 0 for girls and 0.25 for boys.
    """

    key: tuple[int, int]
    sex: str
    population: str
    masculinity: float
    skull: Skull
    eyes: Eyes
    brows: Brows
    nose: Nose
    mouth: Mouth
    ear_size: float
    ear_flare: float
    colours: Colours
    hair: Hair
    expressiveness: Expressiveness
