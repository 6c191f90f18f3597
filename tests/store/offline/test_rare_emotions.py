"""Emotions that few people show: their people are in the training part where possible, else they are left out."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affect_store.store.offline import rare_emotions, splits
from affect_store.store.offline.splits import Person
from affect_store.store.vocabulary import EMOTIONS, PARTS, SEXES

COMMON, RARE = EMOTIONS[:3], EMOTIONS[7]
TRAIN, VALIDATE, TEST = PARTS


def people_of(size: int, rare: tuple[int, ...] = (), **fixed: object) -> list[Person]:
    return [
        Person(f"p{n:02d}", SEXES[n % 2], "Kid", emotions=COMMON + ((RARE,) if n in rare else ()), **fixed)  # type: ignore[arg-type]
        for n in range(size)
    ]


@given(st.integers(1, 30), st.integers(0, 100))
def test_where_everybody_shows_every_emotion_nothing_changes(size: int, seed: int) -> None:
    people = people_of(size)
    assert rare_emotions.by_person(people, seed=seed) == splits.by_person(people, seed=seed)
    emotion_of = {f"{person.subject_id}-{emotion}": emotion for person in people for emotion in COMMON}
    if {emotion_of[key] for key, part in splits.by_image(emotion_of, seed=seed).items() if part == TRAIN} == {*COMMON}:
        assert rare_emotions.by_image(emotion_of, seed=seed) == splits.by_image(emotion_of, seed=seed)


@given(st.integers(3, 20), st.integers(0, 200), st.data())
def test_the_only_person_of_an_emotion_is_trained_on_and_every_part_has_people(
    size: int, seed: int, data: st.DataObject
) -> None:
    rare = data.draw(st.integers(0, size - 1))
    parts = rare_emotions.by_person(people_of(size, (rare,)), seed=seed)
    assert parts[f"p{rare:02d}"] == TRAIN and set(parts.values()) == set(PARTS)


@given(st.lists(st.sets(st.sampled_from(EMOTIONS), min_size=1), min_size=3, max_size=12), st.integers(0, 50))
def test_whatever_people_show_validation_and_test_keep_people(shown: list[set[str]], seed: int) -> None:
    people = [Person(f"p{n}", "male", "Kid", emotions=sorted(emotions)) for n, emotions in enumerate(shown)]
    assert set(rare_emotions.by_person(people, seed=seed).values()) == set(PARTS)


def test_of_two_people_the_one_who_shows_more_is_trained_on() -> None:
    for seed in range(20):
        assert rare_emotions.by_person(people_of(2, (1,)), seed=seed) == {"p01": TRAIN, "p00": VALIDATE}


def test_people_that_models_were_trained_with_keep_their_part_and_others_move() -> None:
    before = splits.by_person(people_of(8), seed=1)
    tested = next(int(name[1:]) for name, part in before.items() if part == TEST)
    for is_trained, expected in ((True, TEST), (False, TRAIN)):
        people = [
            Person(
                person.subject_id, person.sex, person.population, before[person.subject_id], person.emotions, is_trained
            )
            for person in people_of(8, (tested,))
        ]
        assert rare_emotions.by_person(people, seed=1)[f"p{tested:02d}"] == expected


@given(st.integers(4, 60), st.integers(0, 100))
def test_the_only_photograph_of_an_emotion_is_trained_on_and_parts_keep_their_sizes(size: int, seed: int) -> None:
    emotion_of = {f"i{n}": RARE if n == 0 else COMMON[n % 2] for n in range(size)}
    parts, plain = rare_emotions.by_image(emotion_of, seed=seed), splits.by_image(emotion_of, seed=seed)
    assert sorted(parts.values()) == sorted(plain.values()) and set(parts) == set(emotion_of)
    if size >= 6:
        assert parts["i0"] == TRAIN


def test_folds_spread_an_emotion_of_three_people_and_leave_out_one_of_a_single_person() -> None:
    for seed in range(20):
        assert rare_emotions.person_folds(people_of(12, (4, 5, 6)), count=5, seed=seed).left_out == ()
        assert rare_emotions.person_folds(people_of(12, (4,)), count=5, seed=seed).left_out == (RARE,)
    plain = rare_emotions.person_folds(people_of(12), count=5, seed=3)
    assert plain.fold_of == splits.person_folds(people_of(12), count=5, seed=3) and plain.seed == 3


@pytest.mark.parametrize("people", [[], people_of(3)])
def test_everybody_shows_everything(people: list[Person]) -> None:
    assert rare_emotions.is_shown_by_all(people) and not rare_emotions.is_shown_by_all(
        [*people_of(2), *people_of(1, (0,))]
    )


def test_emotions_that_a_part_lacks() -> None:
    rows = [(COMMON[0], TRAIN), (COMMON[1], TRAIN), (COMMON[1], TEST), (RARE, TEST), (COMMON[0], VALIDATE)]
    assigned = pl.DataFrame(rows, schema=["emotion", "part"], orient="row")
    assert rare_emotions.without_training(assigned) == [RARE]
    assert rare_emotions.without_test(assigned) == [COMMON[0]]
