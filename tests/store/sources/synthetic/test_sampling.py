"""Sampled people: demographics are balanced, and a person does not depend on how many there are."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affect_store.store.errors import CorpusError
from affect_store.store.sources.synthetic.person.appearance import make_appearance
from affect_store.store.sources.synthetic.person.sampling import (
    DEMOGRAPHICS,
    MAX_PEOPLE,
    population_and_sex,
    sample_person,
)
from affect_store.store.vocabulary import RAFD_POPULATIONS, SEXES


@settings(deadline=None)
@given(st.integers(min_value=len(DEMOGRAPHICS), max_value=MAX_PEOPLE))
def test_every_corpus_of_eight_or_more_has_all_groups_and_both_sexes_in_balance(people: int) -> None:
    cells = Counter(population_and_sex(index) for index in range(1, people + 1))
    assert set(cells) == {(population, sex) for population in RAFD_POPULATIONS for sex in SEXES}
    for population in RAFD_POPULATIONS:
        assert abs(cells[population, SEXES[0]] - cells[population, SEXES[1]]) <= 1
    by_sex = [sum(count for (_, sex), count in cells.items() if sex == counted) for counted in SEXES]
    assert abs(by_sex[0] - by_sex[1]) <= 1


@settings(deadline=None)
@given(seed=st.integers(0, 2**31), index=st.integers(1, MAX_PEOPLE))
def test_a_person_is_drawn_from_seed_and_number_alone(seed: int, index: int) -> None:
    assert repr(sample_person(seed, index)) == repr(sample_person(seed, index))
    assert repr(sample_person(seed, index)) != repr(sample_person(seed + 1, index))


def test_people_of_one_group_differ() -> None:
    alike = [sample_person(7, index) for index in range(1, 1 + 3 * len(DEMOGRAPHICS), len(DEMOGRAPHICS))]
    assert len({(person.population, person.sex) for person in alike}) == 1
    assert len({person.eyes.spacing for person in alike}) == len(alike)


def test_a_look_is_finite_and_the_same_twice() -> None:
    person = sample_person(7, 1)
    appearance, again = make_appearance(person), make_appearance(person)
    assert np.isfinite(appearance.albedo).all() and np.isfinite(appearance.head.x).all()
    np.testing.assert_array_equal(appearance.albedo, again.albedo)


@pytest.mark.parametrize("index", [0, MAX_PEOPLE + 1])
def test_nobody_has_three_digits(index: int) -> None:
    with pytest.raises(CorpusError, match=str(index)):
        sample_person(7, index)
