"""Random sampling of people: demographics in balance, and the parameters of each person from (seed, index) alone."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from affect_store.store.errors import CorpusError
from affect_store.store.sources.synthetic.drawing.shape_functions import Field
from affect_store.store.sources.synthetic.person.expression import ACTION_UNIT_NAMES
from affect_store.store.sources.synthetic.person.identity import (
    Brows,
    Colours,
    Expressiveness,
    Eyes,
    Fringe,
    Hair,
    Haircut,
    Mouth,
    Nose,
    Person,
    Skull,
)
from affect_store.store.vocabulary import EMOTIONS, RAFD_POPULATIONS, SEXES

CAUCASIAN, KID, MOROCCAN = RAFD_POPULATIONS
FEMALE, MALE = SEXES
DEMOGRAPHICS = (
    (CAUCASIAN, FEMALE),
    (MOROCCAN, MALE),
    (KID, FEMALE),
    (CAUCASIAN, MALE),
    (CAUCASIAN, FEMALE),
    (KID, MALE),
    (MOROCCAN, FEMALE),
    (CAUCASIAN, MALE),
)
"""Population and sex of every eight people: half Caucasian, a quarter Moroccan, a quarter children, sexes balanced.

RaFD has 39, 18 and 10 of 67 models and no Moroccan women; here they keep sex and population from being confounded.
"""

MAX_PEOPLE = 99
"""RaFD's file names have two digits for the model."""

IDENTITY_STREAM = 1
HAIR_COLOURS = ((30, 40, 60), (42, 64, 92), (95, 138, 172), (25, 30, 38), (48, 70, 112))
IRIS_COLOURS = ((150, 125, 80), (60, 100, 90), (35, 60, 95), (140, 130, 110))


def population_and_sex(index: int) -> tuple[str, str]:
    """Return population and sex of person `index` (from 1). Raises `CorpusError` outside 1..99."""
    if not 1 <= index <= MAX_PEOPLE:
        raise CorpusError(
            f"person number is {index}, expected 1 to {MAX_PEOPLE}: RaFD's file names have two digits for it"
        )
    return DEMOGRAPHICS[(index - 1) % len(DEMOGRAPHICS)]


def sample_person(seed: int, index: int) -> Person:
    """Sample person `index` (from 1) of the corpus with this seed. Raises `CorpusError` outside 1..99."""
    population, sex = population_and_sex(index)
    sampler = _Sampler(np.random.default_rng([seed, index, IDENTITY_STREAM]))
    is_kid = population == KID
    masculinity = (1.0 if sex == MALE else 0.0) * (0.25 if is_kid else 1.0)
    return Person(
        key=(seed, index),
        sex=sex,
        population=population,
        masculinity=masculinity,
        skull=_skull(sampler, masculinity, is_kid),
        eyes=_eyes(sampler, masculinity, is_kid),
        brows=_brows(sampler, masculinity, is_kid),
        nose=_nose(sampler, masculinity, is_kid),
        mouth=_mouth(sampler, masculinity, is_kid, population == MOROCCAN),
        ear_size=(0.94 if is_kid else 1.0) + sampler.normal(0.06),
        ear_flare=0.40 + sampler.normal(0.12) + (0.06 if is_kid else 0.0),
        colours=_colours(sampler, masculinity, is_kid, population == MOROCCAN),
        hair=_hair(sampler, sex, is_kid),
        expressiveness=_expressiveness(sampler),
    )


class _Sampler:
    """Random draws; normal ones are clipped at two standard deviations, to keep faces plausible."""

    def __init__(self, rng: Generator) -> None:
        self.rng = rng

    def normal(self, deviation: float) -> float:
        return float(np.clip(self.rng.normal(0, 1), -2, 2) * deviation)

    def index(self, count: int) -> int:
        return int(self.rng.integers(count))

    def side(self) -> int:
        return 1 if self.rng.random() < 0.5 else -1


def _skull(sampler: _Sampler, masculinity: float, is_kid: bool) -> Skull:
    return Skull(
        width=(1.01 if is_kid else 1.0) + sampler.normal(0.035) + 0.02 * (masculinity - 0.5),
        length=((1.0 + sampler.normal(0.03)) * (0.88 if is_kid else 1.0)) + 0.03 * (masculinity - 0.5),
        depth=1.0 + sampler.normal(0.03),
        jaw=(1.0 + sampler.normal(0.05) + 0.09 * (masculinity - 0.5)) * (0.95 if is_kid else 1.0),
        chin=sampler.normal(0.30) + 0.3 * (masculinity - 0.5) - (0.3 if is_kid else 0.0),
        chin_width=1.0 + sampler.normal(0.1) + 0.1 * (masculinity - 0.5),
        cheek=0.35 + sampler.normal(0.12) - 0.05 * masculinity + (0.12 if is_kid else 0.0),
        ridge=(0.22 + 0.22 * masculinity + sampler.normal(0.06)) * (0.5 if is_kid else 1.0),
        forehead=sampler.normal(0.22) + (0.3 if is_kid else 0.0),
        neck=(1.0 + 0.12 * (masculinity - 0.5) + sampler.normal(0.03)) * (0.80 if is_kid else 1.0),
        shoulders=(1.0 + 0.12 * (masculinity - 0.5)) * (0.86 if is_kid else 1.0),
        scale=(1.0 + sampler.normal(0.02) + 0.02 * (masculinity - 0.5)) * (0.90 if is_kid else 1.0),
    )


def _eyes(sampler: _Sampler, masculinity: float, is_kid: bool) -> Eyes:
    return Eyes(
        spacing=3.15 + sampler.normal(0.15),
        half_width=1.52 + sampler.normal(0.08) - 0.04 * masculinity,
        upper=0.57 + sampler.normal(0.05) - 0.04 * masculinity + (0.07 if is_kid else 0.0),
        lower=0.43 + sampler.normal(0.04) + (0.04 if is_kid else 0.0),
        tilt=0.06 + sampler.normal(0.07),
        height=sampler.normal(0.12),
        iris_rad=0.53 if is_kid else 0.495,
    )


def _brows(sampler: _Sampler, masculinity: float, is_kid: bool) -> Brows:
    return Brows(
        height=1.95 + sampler.normal(0.18) - 0.22 * masculinity,
        thickness=(0.29 + 0.10 * masculinity + sampler.normal(0.045)) * (0.85 if is_kid else 1.0),
        arch=0.32 + sampler.normal(0.12) - 0.15 * masculinity,
        inner=1.08 + sampler.normal(0.13),
        outer=4.75 + sampler.normal(0.2),
        density=float(np.clip(0.80 + sampler.normal(0.10), 0.55, 0.97)),
    )


def _nose(sampler: _Sampler, masculinity: float, is_kid: bool) -> Nose:
    return Nose(
        length=(1.0 + sampler.normal(0.05) + 0.02 * masculinity) * (0.87 if is_kid else 1.0),
        width=(1.0 + sampler.normal(0.08) + 0.08 * (masculinity - 0.5)) * (0.93 if is_kid else 1.0),
        height=(1.0 + sampler.normal(0.10) + 0.08 * (masculinity - 0.5)) * (0.78 if is_kid else 1.0),
        bridge=sampler.normal(0.13) - (0.08 if is_kid else 0.0),
    )


def _mouth(sampler: _Sampler, masculinity: float, is_kid: bool, is_moroccan: bool) -> Mouth:
    fuller = 0.05 if is_moroccan else 0.0
    return Mouth(
        height=-7.35 + sampler.normal(0.18) + (0.75 if is_kid else 0.0),
        half_width=(2.42 + sampler.normal(0.15) + 0.1 * (masculinity - 0.5)) * (0.92 if is_kid else 1.0),
        upper_lip=0.62 + sampler.normal(0.10) - 0.06 * masculinity + fuller,
        lower_lip=0.84 + sampler.normal(0.11) - 0.06 * masculinity + fuller,
    )


def _colours(sampler: _Sampler, masculinity: float, is_kid: bool, is_moroccan: bool) -> Colours:
    bright = 1 + sampler.normal(0.05)
    if is_moroccan:
        skin = _bgr(118, 156, 203) * bright
        hair = _bgr(22, 26, 34) * (1 + 0.5 * sampler.rng.random())
        iris = _bgr(28, 50, 80) * (0.7 + 0.6 * sampler.rng.random())
    else:
        skin = _bgr(152, 185, 228) * bright * _bgr(1 + sampler.normal(0.03), 1 + sampler.normal(0.015), 1)
        hair = _bgr(*HAIR_COLOURS[sampler.index(len(HAIR_COLOURS))]) * (0.8 + 0.4 * sampler.rng.random())
        iris = _bgr(*IRIS_COLOURS[sampler.index(len(IRIS_COLOURS))]) * (0.8 + 0.4 * sampler.rng.random())
    rosy, muted = _bgr(116, 112, 188), _bgr(124, 130, 188)
    lips = (
        (rosy + (muted - rosy) * (0.5 + masculinity / 2 if masculinity else 0.0))
        * (skin[2] / 228)
        * (1 + sampler.normal(0.05))
    )
    beard = float(np.clip(0.11 + sampler.normal(0.09), 0, 0.26)) * masculinity
    freckles = 0.5 if sampler.rng.random() < 0.25 else 0.0
    return Colours(
        skin=skin.astype(np.float32),
        hair=hair.astype(np.float32),
        iris=iris.astype(np.float32),
        lips=lips.astype(np.float32),
        shirt=_bgr(34, 32, 32),
        beard=0.0 if is_kid else beard,
        freckles=freckles,
        flush=(0.6 if is_moroccan else 1.0) + (0.25 if is_kid else 0.0),
    )


def _hair(sampler: _Sampler, sex: str, is_kid: bool) -> Hair:
    is_female = sex == FEMALE
    cuts = (Haircut.LONG, Haircut.TIED) if is_female else (Haircut.SHORT, Haircut.CROP)
    cut = cuts[sampler.index(2)]
    fringes = (Fringe.SWEPT_BACK, Fringe.PARTED, Fringe.FRINGE)
    fringe = fringes[sampler.index(3)]
    if cut in (Haircut.TIED, Haircut.CROP) and fringe is Fringe.FRINGE and not is_kid:
        fringe = Fringe.SWEPT_BACK
    return Hair(
        cut=cut,
        fringe=fringe,
        line=6.9 + sampler.normal(0.3) + (0.15 if is_female else 0.0),
        thickness=0.75 + 0.35 * float(sampler.rng.random()) + (0.2 if is_female else 0.0),
        parting_side=sampler.side(),
    )


def _expressiveness(sampler: _Sampler) -> Expressiveness:
    return Expressiveness(
        unit_gain={name: float(np.clip(1 + sampler.rng.normal(0, 0.16), 0.6, 1.4)) for name in ACTION_UNIT_NAMES},
        emotion_gain={name: float(np.clip(1 + sampler.rng.normal(0, 0.12), 0.7, 1.3)) for name in EMOTIONS},
        dimple_side=sampler.side(),
        asymmetry=sampler.normal(0.08),
    )


def _bgr(blue: float, green: float, red: float) -> Field:
    return np.array([blue, green, red], np.float32)
