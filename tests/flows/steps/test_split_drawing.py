"""Splits that are drawn from hand-made members: what is refused, left out, drawn anew and said."""

from dataclasses import replace

import polars as pl
import pytest

from affect_store.flows.steps.split_drawing import DrawnSplit, Members, draw, draw_folds, notes
from affect_store.store.engine import clock
from affect_store.store.errors import CorpusError, StoreError
from affect_store.store.offline.splits import FINGERPRINTED_COLUMNS, Person
from affect_store.store.vocabulary import EMOTIONS, NEUTRAL, PARTS

HAPPY, SAD, RARE = EMOTIONS[4], EMOTIONS[6], EMOTIONS[1]
TRAIN, VALIDATE, TEST = PARTS


def members(shown: dict[str, tuple[str, ...]], parts: dict[str, str] | None = None, per_emotion: int = 2) -> Members:
    """Members of these people with these emotions, and the parts that they have had."""
    rows = [
        dict.fromkeys(FINGERPRINTED_COLUMNS)
        | {"image_id": f"{person}-{emotion}-{number}", "subject_id": person, "emotion": emotion}
        for person, emotions in shown.items()
        for emotion in emotions
        for number in range(per_emotion)
    ]
    people = [Person(name, "male", "Kid", (parts or {}).get(name), emotions) for name, emotions in shown.items()]
    photographs = pl.DataFrame(rows, schema=dict.fromkeys(FINGERPRINTED_COLUMNS, pl.String)).drop("part")
    return Members(photographs.sort("image_id"), people, {}, clock.now())


def of_people(count: int, emotions: tuple[str, ...] = (HAPPY, NEUTRAL)) -> dict[str, tuple[str, ...]]:
    return {f"p{number}": emotions for number in range(count)}


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        (of_people(4, (HAPPY,)), "all 8 photographs in use show happy: models need at least two emotions"),
        (of_people(1), "all 4 photographs in use show one person, p0: a split by person needs at least 3 people"),
        ({"p0": (HAPPY,), "p1": (SAD,)}, "the training part of the split by person shows only"),
    ],
)
def test_photographs_that_no_model_can_be_trained_on_are_refused_in_one_sentence(
    shown: dict[str, tuple[str, ...]], reason: str
) -> None:
    with pytest.raises(CorpusError, match=reason) as raised:
        draw(members(shown), seed=1)
    assert "Nothing was split, trained or published: add photographs" in str(raised.value)


def test_three_photographs_are_too_few_to_split_by_image() -> None:
    with pytest.raises(CorpusError, match="the split by image leaves no photographs to validate on"):
        draw(members({"p0": (HAPPY, NEUTRAL), "p1": (HAPPY,)}, per_emotion=1), seed=1)


def fold_of(drawn: list[DrawnSplit]) -> dict[str, int | None]:
    """The fold in which each person is tested."""
    return {
        person: split.definition.fold
        for split in drawn
        if split.definition.strategy == "fold"
        for person in split.assigned.filter(part=TEST)["subject_id"].unique()
    }


def test_folds_are_drawn_anew_under_their_own_id_if_keeping_them_leaves_one_empty() -> None:
    people = members(of_people(6))
    (fresh,) = draw_folds(people, 3, 1)
    known = dict.fromkeys(("p0", "p1", "p2", "p3"), 0)
    (kept,) = draw_folds(replace(people, known_folds={(3, 0): known}), 3, 1)
    assert {person: fold_of(kept)[person] for person in known} == known
    assert sorted(fold_of(kept)[person] for person in ("p4", "p5")) == [1, 2]
    assert kept[0].definition.folds_id != fresh[0].definition.folds_id
    everyone = {f"p{number}": number % 2 for number in range(6)}  # nobody is left for the third fold
    (anew,) = draw_folds(replace(people, known_folds={(3, 0): everyone}), 3, 1)
    assert fold_of(anew) == fold_of(fresh) and anew[0].definition == fresh[0].definition
    (others,) = draw_folds(replace(people, known_folds={(4, 0): known, (3, 1): known}), 3, 1)
    assert fold_of(others) == fold_of(fresh), "folds of another number or repeat"


def test_two_people_are_split_and_the_missing_test_part_is_said() -> None:
    pair = members(of_people(2))
    by_person, by_image = draw(pair, seed=1)
    assert by_person.parts == {TRAIN, VALIDATE} and by_image.parts == set(PARTS)
    (note,) = notes(by_person, pair)
    assert note.startswith("The split by person has no test part: 2 people are too few (3 are needed)")


def test_a_rare_emotion_is_trained_on_and_its_missing_test_is_said() -> None:
    rare = members(of_people(8) | {"p5": (HAPPY, NEUTRAL, RARE)})
    for seed in range(10):
        by_person, by_image = draw(rare, seed)
        assert set(by_person.assigned.filter(emotion=RARE)["part"]) == {TRAIN}
        assert by_person.definition.left_out == by_image.definition.left_out == ()
        assert TRAIN in set(by_image.assigned.filter(emotion=RARE)["part"])
        expected = f"The split by person cannot test {RARE} (2 photographs of 1 person): no photograph in its test part"
        assert [note[: len(expected)] for note in notes(by_person, rare)] == [expected]


def test_a_rare_emotion_of_a_person_that_models_were_tested_on_is_left_out_with_a_sentence() -> None:
    kept = dict(zip(of_people(4), (TRAIN, TRAIN, VALIDATE, TEST), strict=True))
    rare = members(of_people(4) | {"p3": (HAPPY, NEUTRAL, RARE)}, kept)
    by_person, by_image = draw(rare, seed=1)
    assert by_person.definition.left_out == (RARE,) and RARE not in set(by_person.assigned["emotion"])
    assert RARE in set(by_image.assigned["emotion"])
    assert next(notes(by_person, rare)).startswith(f"The split by person leaves out {RARE} (2 photographs of 1 person)")


@pytest.mark.parametrize("part", PARTS)
def test_people_who_were_all_in_one_part_are_drawn_anew(part: str) -> None:
    left = members(of_people(4), dict.fromkeys(of_people(4), part))
    by_person, _ = draw(left, seed=1)
    assert by_person.parts == set(PARTS)
    assert next(notes(by_person, left)).startswith("The split by person was drawn anew and people changed their parts")


def test_people_keep_their_parts_where_that_is_possible() -> None:
    kept = dict(zip(of_people(4), (TEST, VALIDATE, TRAIN, TRAIN), strict=True))
    same = members(of_people(4), kept)
    by_person, _ = draw(same, seed=1)
    assert dict(by_person.assigned.select("subject_id", "part").unique().iter_rows()) == kept
    assert list(notes(by_person, same)) == []


def test_folds_leave_out_an_emotion_that_a_training_part_would_lack() -> None:
    rare = members(of_people(6) | {"p5": (HAPPY, NEUTRAL, RARE)})
    (drawn,) = draw_folds(rare, 3, 1)
    *folds, pooled = drawn
    assert {split.definition.left_out for split in drawn} == {(RARE,)}
    assert all(RARE not in set(split.assigned["emotion"]) for split in drawn)
    assert not any(split.why_untrainable for split in folds) and pooled.parts == {TEST}
    assert next(notes(pooled, rare)).startswith(f"The folds leave out {RARE} (2 photographs of 1 person)")
    assert pooled.definition.folds_id != draw_folds(members(of_people(6)), 3, 1)[0][-1].definition.folds_id


def test_folds_that_cannot_be_trained_on_are_refused_with_the_way_out() -> None:
    with pytest.raises(StoreError, match=r"received 5\. Run again with `--folds 4`, or without it"):
        draw_folds(members(of_people(4)), 5, 1)
    with pytest.raises(StoreError, match=r"received 3\. Run again without `--folds`"):
        draw_folds(members(of_people(2)), 3, 1)
    shown = {"p0": (HAPPY,), "p1": (HAPPY,), "p2": (SAD,)}
    with pytest.raises(CorpusError, match=r"fold 0 of 3: .*Run again without `--folds`"):
        draw_folds(members(shown), 3, 1)


def test_no_photographs_give_no_split() -> None:
    empty = replace(members(of_people(1)), people=[])
    with pytest.raises(CorpusError):
        draw(replace(empty, photographs=empty.photographs.clear()), seed=1)
