"""Varied expressions: how people differ in what they show, and how one person's takes differ.

An emotion has several prototypes, as the FACS Investigator's Guide lists them (Ekman, Friesen and Hager 2002, table
10-1); a person prefers one and shows others at times. Expressivity ranges from faint to strong between and within
people, a face at rest has a tone of its own that changes from take to take, and one side of a face moves more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from affect_store.store.sources.synthetic.person.expression import (
    ACTION_UNIT_NAMES,
    ANGRY,
    CONTEMPTUOUS,
    DISGUSTED,
    FEARFUL,
    HAPPY,
    NEUTRAL,
    SAD,
    SURPRISED,
    UNIT_NOISE_SD,
    ActionUnits,
)
from affect_store.store.sources.synthetic.person.identity import Person

TEMPERAMENT_STREAM = 6
"""A random stream of its own: the people of a seed look the same in every version of the corpus."""

VARIANTS: dict[str, tuple[tuple[float, ActionUnits], ...]] = {
    ANGRY: (
        (3, ActionUnits(brow_lowerer=1, upper_lid_raiser=0.5, lid_tightener=0.6, lip_tightener=0.8)),
        (3, ActionUnits(brow_lowerer=1, upper_lid_raiser=0.4, lid_tightener=0.6, lip_pressor=0.8)),
        (2, ActionUnits(brow_lowerer=1, lid_tightener=0.7, lip_pressor=0.6, chin_raiser=0.6)),
        (2, ActionUnits(brow_lowerer=0.9, upper_lid_raiser=0.7, lid_tightener=0.5, lip_tightener=0.5, lips_part=0.4,
                        upper_lip_raiser=0.3)),
    ),
    # contempt is unilateral: the other side only keeps it recognisable for the camera that does not see the active one
    CONTEMPTUOUS: (
        (4, ActionUnits(dimpler=1, dimpler_opposite=0.1)),
        (3, ActionUnits(dimpler=1, dimpler_opposite=0.25, lip_pressor=0.5, lid_tightener=0.4)),
        (2, ActionUnits(dimpler=0.9, dimpler_opposite=0.3, chin_raiser=0.3)),
        (1, ActionUnits(dimpler=0.8, upper_lip_raiser=0.3, outer_brow_raiser=0.3)),
    ),
    DISGUSTED: (
        (3, ActionUnits(nose_wrinkler=1, upper_lip_raiser=0.7, brow_lowerer=0.35, lid_tightener=0.3)),
        (2, ActionUnits(nose_wrinkler=0.9, chin_raiser=0.6, brow_lowerer=0.3)),
        (3, ActionUnits(upper_lip_raiser=1, lips_part=0.4, nose_wrinkler=0.3, cheek_raiser=0.3)),
        (2, ActionUnits(upper_lip_raiser=0.9, chin_raiser=0.6, lid_tightener=0.3)),
    ),
    FEARFUL: (
        (3, ActionUnits(inner_brow_raiser=1, outer_brow_raiser=0.7, brow_lowerer=0.5, upper_lid_raiser=1,
                        lip_stretcher=1, lips_part=0.7)),
        (3, ActionUnits(inner_brow_raiser=1, outer_brow_raiser=0.8, brow_lowerer=0.5, upper_lid_raiser=0.9,
                        lip_stretcher=0.5, lips_part=0.6, jaw_drop=0.5)),
        (2, ActionUnits(inner_brow_raiser=0.9, outer_brow_raiser=0.6, brow_lowerer=0.6, upper_lid_raiser=1,
                        lips_part=0.3)),
        (2, ActionUnits(upper_lid_raiser=1, lip_stretcher=0.9, lips_part=0.6, inner_brow_raiser=0.3)),
    ),
    HAPPY: (
        (5, ActionUnits(cheek_raiser=1, corner_puller=1, lips_part=0.75)),
        (3, ActionUnits(cheek_raiser=0.7, corner_puller=0.9)),
        (2, ActionUnits(corner_puller=0.8, lips_part=0.5)),
        (1, ActionUnits(cheek_raiser=1, corner_puller=1.1, lips_part=0.8, jaw_drop=0.5)),
    ),
    NEUTRAL: ((1, ActionUnits()),),
    SAD: (
        (4, ActionUnits(inner_brow_raiser=1, brow_lowerer=0.45, corner_depressor=1, chin_raiser=0.4)),
        (2, ActionUnits(inner_brow_raiser=1, brow_lowerer=0.6, corner_depressor=0.5)),
        (2, ActionUnits(corner_depressor=1, chin_raiser=0.8, lid_tightener=0.2)),
        (2, ActionUnits(inner_brow_raiser=0.8, brow_lowerer=0.3, corner_depressor=0.8, lips_part=0.3)),
    ),
    SURPRISED: (
        (5, ActionUnits(inner_brow_raiser=1, outer_brow_raiser=1, upper_lid_raiser=0.8, lips_part=0.6, jaw_drop=0.9)),
        (2, ActionUnits(inner_brow_raiser=1, outer_brow_raiser=1, upper_lid_raiser=0.9, lips_part=0.3)),
        (2, ActionUnits(inner_brow_raiser=1, outer_brow_raiser=1, lips_part=0.6, jaw_drop=0.7)),
        (1, ActionUnits(upper_lid_raiser=0.8, lips_part=0.6, jaw_drop=0.9, inner_brow_raiser=0.4)),
    ),
}  # fmt: skip
"""Prototypes of each emotion with their relative frequency."""

REST_TONE_SD = {
    "brow_lowerer": 0.08, "lid_tightener": 0.08, "inner_brow_raiser": 0.048, "outer_brow_raiser": 0.048,
    "upper_lid_raiser": 0.048, "corner_puller": 0.064, "corner_depressor": 0.096, "chin_raiser": 0.08,
    "lip_pressor": 0.096, "lips_part": 0.04, "lip_tightener": 0.064, "dimpler": 0.032,
}  # fmt: skip
"""Standard deviations over people of the units' half-normal tone at rest."""

HABIT = 0.6
"""Probability that a take shows the person's preferred variant of the emotion."""


@dataclass(frozen=True)
class Temperament:
    """How a person expresses emotions: overall strength, gains by emotion and by unit, the preferred variant of each
    emotion, the tone of the face at rest, and how much more the left side moves than the right (negative: less)."""

    strength: float
    emotion_gain: dict[str, float]
    unit_gain: dict[str, float]
    preferred: dict[str, int]
    rest: dict[str, float]
    side_bias: float


def sample_temperament(person: Person) -> Temperament:
    """Sample the temperament of a person, from seed and index alone."""
    rng = np.random.default_rng([*person.key, TEMPERAMENT_STREAM])
    return Temperament(
        strength=_clipped_lognormal(rng, 0.0, 0.28, (0.45, 1.35)),
        emotion_gain={emotion: _clipped_lognormal(rng, 0.0, 0.20, (0.5, 1.4)) for emotion in VARIANTS},
        unit_gain={name: _clipped_lognormal(rng, 0.0, 0.20, (0.5, 1.5)) for name in ACTION_UNIT_NAMES},
        preferred={emotion: _variant(rng, emotion) for emotion in VARIANTS},
        rest={name: abs(float(rng.normal(0, deviation))) for name, deviation in REST_TONE_SD.items()},
        side_bias=float(np.clip(rng.normal(0, 0.08), -0.2, 0.2)),
    )


def sample_take(temperament: Temperament, emotion: str, rng: Generator) -> tuple[ActionUnits, float]:
    """Sample the action units of one take, and how much more the left side moves in it than the right."""
    habit = temperament.preferred[emotion] if rng.random() < HABIT else _variant(rng, emotion)
    prototype = VARIANTS[emotion][habit][1]
    strength = (
        temperament.strength * temperament.emotion_gain[emotion] * _clipped_lognormal(rng, 0.0, 0.18, (0.55, 1.5))
    )
    units: dict[str, float] = {}
    for name in ACTION_UNIT_NAMES:
        gain = temperament.unit_gain[name] * strength * _clipped_lognormal(rng, 0.0, 0.15, (0.6, 1.5))
        tone = temperament.rest.get(name, 0.0) * float(np.clip(1 + rng.normal(0, 0.5), 0, 2))
        units[name] = float(np.clip(getattr(prototype, name) * gain + tone + rng.normal(0, UNIT_NOISE_SD), 0.0, 1.35))
    return ActionUnits(**units), float(np.clip(temperament.side_bias + rng.normal(0, 0.05), -0.3, 0.3))


def with_side_bias(person: Person, side_bias: float) -> Person:
    """Return the person of one take, whose left side moves more than the right by this share."""
    return replace(person, expressiveness=replace(person.expressiveness, side_bias=side_bias))


def _variant(rng: Generator, emotion: str) -> int:
    weights = np.array([weight for weight, _ in VARIANTS[emotion]])
    return int(rng.choice(len(weights), p=weights / weights.sum()))


def _clipped_lognormal(rng: Generator, mean: float, deviation: float, limits: tuple[float, float]) -> float:
    return float(np.clip(np.exp(rng.normal(mean, deviation)), *limits))
