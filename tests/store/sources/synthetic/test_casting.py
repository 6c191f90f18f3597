"""Who the people are: groups in balance, and nobody depends on how many there are."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import CorpusError
from store.sources.synthetic.casting import MAX_PEOPLE, ROSTER, cast, population_and_sex
from store.sources.synthetic.look import make_look
from store.vocabulary import RAFD_POPULATIONS, SEXES


@settings(deadline=None)
@given(st.integers(min_value=len(ROSTER), max_value=MAX_PEOPLE))
def test_every_corpus_of_eight_or_more_has_all_groups_and_both_sexes_in_balance(people: int) -> None:
    cells = Counter(population_and_sex(index) for index in range(1, people + 1))
    assert set(cells) == {(population, sex) for population in RAFD_POPULATIONS for sex in SEXES}
    for population in RAFD_POPULATIONS:
        assert abs(cells[population, SEXES[0]] - cells[population, SEXES[1]]) <= 1
    by_sex = [sum(count for (_, sex), count in cells.items() if sex == wanted) for wanted in SEXES]
    assert abs(by_sex[0] - by_sex[1]) <= 1


@settings(deadline=None)
@given(seed=st.integers(0, 2**31), index=st.integers(1, MAX_PEOPLE))
def test_a_person_is_drawn_from_seed_and_number_alone(seed: int, index: int) -> None:
    assert repr(cast(seed, index)) == repr(cast(seed, index))
    assert repr(cast(seed, index)) != repr(cast(seed + 1, index))


def test_people_of_one_group_differ() -> None:
    alike = [cast(7, index) for index in range(1, 1 + 3 * len(ROSTER), len(ROSTER))]
    assert len({(person.population, person.sex) for person in alike}) == 1
    assert len({person.eyes.spacing for person in alike}) == len(alike)


def test_a_look_is_finite_and_the_same_twice() -> None:
    person = cast(7, 1)
    look, again = make_look(person), make_look(person)
    assert np.isfinite(look.albedo).all() and np.isfinite(look.head.x).all()
    np.testing.assert_array_equal(look.albedo, again.albedo)


@pytest.mark.parametrize("index", [0, MAX_PEOPLE + 1])
def test_nobody_has_three_digits(index: int) -> None:
    with pytest.raises(CorpusError, match=str(index)):
        cast(7, index)
