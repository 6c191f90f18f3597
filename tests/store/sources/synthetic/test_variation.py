"""Varied expressions: strength, variants, the face at rest and its sides differ between people and between takes."""

from __future__ import annotations

from dataclasses import astuple, replace

import numpy as np
import pytest

from affect_store.store.sources.synthetic.marker import UNIFORM, VARIED
from affect_store.store.sources.synthetic.person.appearance import person_and_appearance
from affect_store.store.sources.synthetic.person.expression import ANGRY, HAPPY, NEUTRAL, ActionUnits
from affect_store.store.sources.synthetic.person.mouth import mouth_shape
from affect_store.store.sources.synthetic.person.sampling import sample_person
from affect_store.store.sources.synthetic.person.variation import (
    REST_TONE_SD,
    VARIANTS,
    sample_take,
    sample_temperament,
    with_side_bias,
)
from affect_store.store.sources.synthetic.shot import take_shot
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_GAZE

PEOPLE = [sample_person(7, index) for index in range(1, 61)]
TAKES = 40


def takes(index: int, emotion: str) -> list[ActionUnits]:
    """Return takes of one person."""
    temperament, rng = sample_temperament(PEOPLE[index]), np.random.default_rng(index)
    return [sample_take(temperament, emotion, rng)[0] for _ in range(TAKES)]


def test_every_emotion_has_variants_and_only_neutral_moves_nothing() -> None:
    assert set(VARIANTS) == set(EMOTIONS)
    still = [emotion for emotion in EMOTIONS if any(units == ActionUnits() for _, units in VARIANTS[emotion])]
    assert still == [NEUTRAL]
    assert all(len(VARIANTS[emotion]) >= 3 for emotion in EMOTIONS if emotion != NEUTRAL)


def test_people_range_from_faint_to_strong_and_so_do_their_takes() -> None:
    smiles = np.array([[units.corner_puller for units in takes(index, HAPPY)] for index in range(len(PEOPLE))])
    between, within = smiles.mean(axis=1), smiles.std(axis=1).mean()
    assert between.min() < 0.55 and between.max() > 1.0
    assert 0.1 < within < 0.35
    assert smiles.min() >= 0 and smiles.max() <= 1.35


def test_a_person_prefers_one_variant_and_shows_others() -> None:
    for index in range(5):
        open_mouths = np.mean([units.lips_part > 0.15 for units in takes(index, ANGRY)])
        prefers_open = VARIANTS[ANGRY][sample_temperament(PEOPLE[index]).preferred[ANGRY]][1].lips_part > 0
        assert open_mouths > 0.5 if prefers_open else open_mouths < 0.5
    preferred = {sample_temperament(person).preferred[ANGRY] for person in PEOPLE}
    assert preferred == set(range(len(VARIANTS[ANGRY])))


def test_a_neutral_face_has_the_tone_of_its_person_and_differs_from_take_to_take() -> None:
    first, second = takes(0, NEUTRAL)[:2]
    assert first != second
    rest = np.array([[getattr(units, name) for name in REST_TONE_SD] for units in takes(0, NEUTRAL)])
    others = np.array([[getattr(units, name) for name in REST_TONE_SD] for units in takes(1, NEUTRAL)])
    assert np.abs(rest.mean(axis=0) - others.mean(axis=0)).max() > 0.03
    assert rest.max() < 0.6


def test_one_side_moves_more_and_none_without_bias() -> None:
    person, smile = PEOPLE[0], ActionUnits(corner_puller=1)
    person = replace(person, expressiveness=replace(person.expressiveness, asymmetry=0.0))
    right, left = mouth_shape(with_side_bias(person, 0.2), smile).corner_lift
    assert left == pytest.approx(1.5 * right)
    assert len(set(mouth_shape(person, smile).corner_lift)) == 1


def test_the_same_take_is_the_same_in_every_process_and_another_version_is_another_take() -> None:
    person, appearance = person_and_appearance((7, 2))
    first, again, uniform = (
        take_shot(person, appearance, HAPPY, FRONTAL_GAZE, version=version) for version in (VARIED, VARIED, UNIFORM)
    )
    assert first.mouth == again.mouth and astuple(first.pose) == astuple(again.pose)
    np.testing.assert_array_equal(first.atlas, again.atlas)
    assert first.mouth != uniform.mouth
    assert sample_temperament(person) == sample_temperament(person)
