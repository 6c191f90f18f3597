"""Action units (AU) of the Facial Action Coding System, and the emotion prototypes composed of them.

The prototypes are those by which RaFD's models were directed (Langner et al. 2010, doi 10.1080/02699930903485076).
An intensity is 0 at rest and about 1 at full strength; the modules of the facial features define what it moves.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.random import Generator

from affect_store.store.sources.synthetic.person.identity import Expressiveness
from affect_store.store.vocabulary import EMOTIONS

ANGRY, CONTEMPTUOUS, DISGUSTED, FEARFUL, HAPPY, NEUTRAL, SAD, SURPRISED = EMOTIONS
UNIT_NOISE_SD = 0.025
"""Standard deviation of the noise that is added to every unit's intensity in every shot."""


@dataclass(frozen=True)
class ActionUnits:
    """Intensity of each action unit, with its FACS number."""

    inner_brow_raiser: float = 0.0  # AU1
    outer_brow_raiser: float = 0.0  # AU2
    brow_lowerer: float = 0.0  # AU4
    upper_lid_raiser: float = 0.0  # AU5
    cheek_raiser: float = 0.0  # AU6
    lid_tightener: float = 0.0  # AU7
    nose_wrinkler: float = 0.0  # AU9
    upper_lip_raiser: float = 0.0  # AU10
    corner_puller: float = 0.0  # AU12
    dimpler: float = 0.0  # AU14, on the person's dominant side
    dimpler_opposite: float = 0.0  # AU14, on the other side
    corner_depressor: float = 0.0  # AU15
    chin_raiser: float = 0.0  # AU17
    lip_stretcher: float = 0.0  # AU20
    lip_tightener: float = 0.0  # AU23
    lip_pressor: float = 0.0  # AU24
    lips_part: float = 0.0  # AU25
    jaw_drop: float = 0.0  # AU26


ACTION_UNIT_NAMES = tuple(field.name for field in fields(ActionUnits))
"""In the order of `vocabulary.INTENDED_UNITS`."""

PROTOTYPES: dict[str, ActionUnits] = {
    ANGRY: ActionUnits(
        brow_lowerer=1, upper_lid_raiser=0.35, lid_tightener=0.6, lip_tightener=0.7, lip_pressor=0.6, chin_raiser=0.3
    ),
    # Contempt is unilateral in RaFD; the weak opposite dimpler, pressed lips and narrowed lids keep it recognisable
    # for the camera that does not see the active side.
    CONTEMPTUOUS: ActionUnits(
        dimpler=1,
        dimpler_opposite=0.45,
        lip_pressor=0.5,
        lid_tightener=0.45,
        chin_raiser=0.2,
        outer_brow_raiser=0.15,
    ),
    DISGUSTED: ActionUnits(
        nose_wrinkler=1,
        upper_lip_raiser=1,
        brow_lowerer=0.35,
        lips_part=0.35,
        lid_tightener=0.35,
        chin_raiser=0.25,
        cheek_raiser=0.3,
    ),
    FEARFUL: ActionUnits(
        inner_brow_raiser=1,
        outer_brow_raiser=0.75,
        brow_lowerer=0.5,
        upper_lid_raiser=1,
        lip_stretcher=1,
        lips_part=0.7,
        jaw_drop=0.3,
    ),
    HAPPY: ActionUnits(cheek_raiser=1, corner_puller=1, lips_part=0.75),
    NEUTRAL: ActionUnits(),
    SAD: ActionUnits(inner_brow_raiser=1, brow_lowerer=0.45, corner_depressor=1, chin_raiser=0.55, lid_tightener=0.15),
    SURPRISED: ActionUnits(inner_brow_raiser=1, outer_brow_raiser=1, upper_lid_raiser=0.9, lips_part=0.6, jaw_drop=1),
}


def sample_action_units(expressiveness: Expressiveness, emotion: str, rng: Generator) -> ActionUnits:
    """Sample one shot's action units: the prototype scaled by the person's gains and random variation, plus noise."""
    strength = expressiveness.emotion_gain[emotion] * np.clip(1 + rng.normal(0, 0.08), 0.75, 1.25)
    units: dict[str, float] = {}
    for name in ACTION_UNIT_NAMES:
        prototype = getattr(PROTOTYPES[emotion], name)
        variation = np.clip(1 + rng.normal(0, 0.07), 0.7, 1.3)
        intensity = prototype * expressiveness.unit_gain[name] * strength * variation
        units[name] = float(max(0.0, intensity + rng.normal(0, UNIT_NOISE_SD)))
    return ActionUnits(**units)
