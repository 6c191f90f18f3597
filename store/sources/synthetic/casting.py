"""Which people a corpus has, and how each is drawn from (seed, index) alone. No picture is made here."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from store.errors import CorpusError
from store.sources.synthetic.expression import UNIT_NAMES
from store.sources.synthetic.fields import Field
from store.sources.synthetic.identity import (
    Brows,
    Colours,
    Eyes,
    Fringe,
    Habits,
    Hair,
    Haircut,
    Mouth,
    Nose,
    Person,
    Skull,
)
from store.vocabulary import EMOTIONS, RAFD_POPULATIONS, SEXES

CAUCASIAN, KID, MOROCCAN = RAFD_POPULATIONS
FEMALE, MALE = SEXES
ROSTER = (
    (CAUCASIAN, FEMALE),
    (MOROCCAN, MALE),
    (KID, FEMALE),
    (CAUCASIAN, MALE),
    (CAUCASIAN, FEMALE),
    (KID, MALE),
    (MOROCCAN, FEMALE),
    (CAUCASIAN, MALE),
)
"""Every eight people: half Caucasian, a quarter Moroccan, a quarter children, and both sexes equally in each.

RaFD has 39, 18 and 10 of 67; it has no Moroccan women, here they keep sex and population from being confounded."""

MAX_PEOPLE = 99
"""RaFD's file names number the models with two digits."""

IDENTITY_STREAM = 1
HAIR_COLOURS = ((30, 40, 60), (42, 64, 92), (95, 138, 172), (25, 30, 38), (48, 70, 112))
IRIS_COLOURS = ((150, 125, 80), (60, 100, 90), (35, 60, 95), (140, 130, 110))


def population_and_sex(index: int) -> tuple[str, str]:
    """The place of person `index` (from 1) in the roster. Raises `CorpusError` outside 1..99."""
    if not 1 <= index <= MAX_PEOPLE:
        raise CorpusError(f"person {index}: expected a number from 1 to {MAX_PEOPLE}, as RaFD's names have two digits")
    return ROSTER[(index - 1) % len(ROSTER)]


def cast(seed: int, index: int) -> Person:
    """Draw person `index` (from 1) of the corpus `seed`. Raises `CorpusError` outside 1..99."""
    population, sex = population_and_sex(index)
    dice = _Dice(np.random.default_rng([seed, index, IDENTITY_STREAM]))
    is_kid = population == KID
    male = (1.0 if sex == MALE else 0.0) * (0.25 if is_kid else 1.0)
    return Person(
        key=(seed, index),
        sex=sex,
        population=population,
        male=male,
        skull=_skull(dice, male, is_kid),
        eyes=_eyes(dice, male, is_kid),
        brows=_brows(dice, male, is_kid),
        nose=_nose(dice, male, is_kid),
        mouth=_mouth(dice, male, is_kid, population == MOROCCAN),
        ear_size=(0.94 if is_kid else 1.0) + dice.vary(0.06),
        ear_flare=0.40 + dice.vary(0.12) + (0.06 if is_kid else 0.0),
        colours=_colours(dice, male, is_kid, population == MOROCCAN),
        hair=_hair(dice, sex, is_kid),
        habits=_habits(dice),
    )


class _Dice:
    """Normal draws clipped at two standard deviations, so that nobody is a monster."""

    def __init__(self, rng: Generator) -> None:
        self.rng = rng

    def vary(self, deviation: float) -> float:
        return float(np.clip(self.rng.normal(0, 1), -2, 2) * deviation)

    def pick(self, count: int) -> int:
        return int(self.rng.integers(count))

    def side(self) -> int:
        return 1 if self.rng.random() < 0.5 else -1


def _skull(dice: _Dice, male: float, is_kid: bool) -> Skull:
    return Skull(
        width=(1.01 if is_kid else 1.0) + dice.vary(0.035) + 0.02 * (male - 0.5),
        length=((1.0 + dice.vary(0.03)) * (0.88 if is_kid else 1.0)) + 0.03 * (male - 0.5),
        depth=1.0 + dice.vary(0.03),
        jaw=(1.0 + dice.vary(0.05) + 0.09 * (male - 0.5)) * (0.95 if is_kid else 1.0),
        chin=dice.vary(0.30) + 0.3 * (male - 0.5) - (0.3 if is_kid else 0.0),
        chin_width=1.0 + dice.vary(0.1) + 0.1 * (male - 0.5),
        cheek=0.35 + dice.vary(0.12) - 0.05 * male + (0.12 if is_kid else 0.0),
        ridge=(0.22 + 0.22 * male + dice.vary(0.06)) * (0.5 if is_kid else 1.0),
        forehead=dice.vary(0.22) + (0.3 if is_kid else 0.0),
        neck=(1.0 + 0.12 * (male - 0.5) + dice.vary(0.03)) * (0.80 if is_kid else 1.0),
        shoulders=(1.0 + 0.12 * (male - 0.5)) * (0.86 if is_kid else 1.0),
        scale=(1.0 + dice.vary(0.02) + 0.02 * (male - 0.5)) * (0.90 if is_kid else 1.0),
    )


def _eyes(dice: _Dice, male: float, is_kid: bool) -> Eyes:
    return Eyes(
        spacing=3.15 + dice.vary(0.15),
        half_width=1.52 + dice.vary(0.08) - 0.04 * male,
        upper=0.57 + dice.vary(0.05) - 0.04 * male + (0.07 if is_kid else 0.0),
        lower=0.43 + dice.vary(0.04) + (0.04 if is_kid else 0.0),
        tilt=0.06 + dice.vary(0.07),
        height=dice.vary(0.12),
        iris_rad=0.53 if is_kid else 0.495,
    )


def _brows(dice: _Dice, male: float, is_kid: bool) -> Brows:
    return Brows(
        height=1.95 + dice.vary(0.18) - 0.22 * male,
        thickness=(0.29 + 0.10 * male + dice.vary(0.045)) * (0.85 if is_kid else 1.0),
        arch=0.32 + dice.vary(0.12) - 0.15 * male,
        inner=1.08 + dice.vary(0.13),
        outer=4.75 + dice.vary(0.2),
        density=float(np.clip(0.80 + dice.vary(0.10), 0.55, 0.97)),
    )


def _nose(dice: _Dice, male: float, is_kid: bool) -> Nose:
    return Nose(
        length=(1.0 + dice.vary(0.05) + 0.02 * male) * (0.87 if is_kid else 1.0),
        width=(1.0 + dice.vary(0.08) + 0.08 * (male - 0.5)) * (0.93 if is_kid else 1.0),
        height=(1.0 + dice.vary(0.10) + 0.08 * (male - 0.5)) * (0.78 if is_kid else 1.0),
        bridge=dice.vary(0.13) - (0.08 if is_kid else 0.0),
    )


def _mouth(dice: _Dice, male: float, is_kid: bool, is_moroccan: bool) -> Mouth:
    fuller = 0.05 if is_moroccan else 0.0
    return Mouth(
        height=-7.35 + dice.vary(0.18) + (0.75 if is_kid else 0.0),
        half_width=(2.42 + dice.vary(0.15) + 0.1 * (male - 0.5)) * (0.92 if is_kid else 1.0),
        upper_lip=0.62 + dice.vary(0.10) - 0.06 * male + fuller,
        lower_lip=0.84 + dice.vary(0.11) - 0.06 * male + fuller,
    )


def _colours(dice: _Dice, male: float, is_kid: bool, is_moroccan: bool) -> Colours:
    bright = 1 + dice.vary(0.05)
    if is_moroccan:
        skin = _bgr(118, 156, 203) * bright
        hair = _bgr(22, 26, 34) * (1 + 0.5 * dice.rng.random())
        iris = _bgr(28, 50, 80) * (0.7 + 0.6 * dice.rng.random())
    else:
        skin = _bgr(152, 185, 228) * bright * _bgr(1 + dice.vary(0.03), 1 + dice.vary(0.015), 1)
        hair = _bgr(*HAIR_COLOURS[dice.pick(len(HAIR_COLOURS))]) * (0.8 + 0.4 * dice.rng.random())
        iris = _bgr(*IRIS_COLOURS[dice.pick(len(IRIS_COLOURS))]) * (0.8 + 0.4 * dice.rng.random())
    rosy, muted = _bgr(116, 112, 188), _bgr(124, 130, 188)
    lips = (rosy + (muted - rosy) * (0.5 + male / 2 if male else 0.0)) * (skin[2] / 228) * (1 + dice.vary(0.05))
    beard = float(np.clip(0.11 + dice.vary(0.09), 0, 0.26)) * male
    freckles = 0.5 if dice.rng.random() < 0.25 else 0.0
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


def _hair(dice: _Dice, sex: str, is_kid: bool) -> Hair:
    is_female = sex == FEMALE
    cuts = (Haircut.LONG, Haircut.TIED) if is_female else (Haircut.SHORT, Haircut.CROP)
    cut = cuts[dice.pick(2)]
    fringes = (Fringe.SWEPT_BACK, Fringe.PARTED, Fringe.FRINGE)
    fringe = fringes[dice.pick(3)]
    if cut in (Haircut.TIED, Haircut.CROP) and fringe is Fringe.FRINGE and not is_kid:
        fringe = Fringe.SWEPT_BACK
    return Hair(
        cut=cut,
        fringe=fringe,
        line=6.9 + dice.vary(0.3) + (0.15 if is_female else 0.0),
        thickness=0.75 + 0.35 * float(dice.rng.random()) + (0.2 if is_female else 0.0),
        parting_side=dice.side(),
    )


def _habits(dice: _Dice) -> Habits:
    return Habits(
        unit_gain={name: float(np.clip(1 + dice.rng.normal(0, 0.16), 0.6, 1.4)) for name in UNIT_NAMES},
        emotion_gain={name: float(np.clip(1 + dice.rng.normal(0, 0.12), 0.7, 1.3)) for name in EMOTIONS},
        dimple_side=dice.side(),
        asymmetry=dice.vary(0.08),
    )


def _bgr(blue: float, green: float, red: float) -> Field:
    return np.array([blue, green, red], np.float32)
