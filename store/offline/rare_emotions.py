"""Emotions that few people or photographs show: their place in the training part, and those that a split leaves out.

Models cannot predict an emotion that the training part lacks. Splits of corpora in which everybody shows every emotion
are those of `splits`.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from affect_store.store.offline import splits
from affect_store.store.offline.splits import FRACTIONS, Person
from affect_store.store.vocabulary import PARTS

TRAIN = PARTS[0]
_MAX_ATTEMPTS = 50
"""Maximum number of orders of the people that are tried so that every training part of the folds has every emotion."""

_SEED_STEP = 1_000_003


@dataclass(frozen=True)
class PersonFolds:
    """The fold of each subject, the seed that they were drawn with, and the emotions that these folds leave out."""

    fold_of: Mapping[str, int]
    seed: int
    left_out: tuple[str, ...] = ()


def by_person(people: Iterable[Person], *, seed: int, fractions: Mapping[str, float] = FRACTIONS) -> dict[str, str]:
    """Assign each subject to a part as `splits.by_person`, and those who alone show an emotion to the training part.

    Subjects whose part models were trained with keep it; one subject is left for each other part.
    """
    people, others = list(people), len(fractions) - 1
    parts = splits.by_person(people, seed=seed, fractions=fractions)
    if not _missing(people, parts):
        return parts
    people = [person if person.is_trained else replace(person, part=None) for person in people]
    while True:
        parts = splits.by_person(people, seed=seed, fractions=fractions)
        chosen = _next_to_train(people, parts, seed, others)
        if chosen is None:
            return parts
        people = [replace(person, part=TRAIN) if person is chosen else person for person in people]


def _missing(people: Sequence[Person], parts: Mapping[str, str]) -> set[str]:
    """Return the emotions that nobody in the training part shows."""
    trained = {emotion for person in people if parts[person.subject_id] == TRAIN for emotion in person.emotions}
    return {emotion for person in people for emotion in person.emotions} - trained


def _next_to_train(people: Sequence[Person], parts: Mapping[str, str], seed: int, others: int) -> Person | None:
    """Return a subject without a part who shows the rarest missing emotion; None if there is none, or if fewer than
    `others` subjects would be left for the other parts."""
    missing = _missing(people, parts)
    in_training = sum(person.part == TRAIN for person in people)
    if not missing or in_training >= max(1, len(people) - others):
        return None
    shown = Counter(emotion for person in people for emotion in person.emotions)
    for emotion in sorted(missing, key=lambda emotion: (shown[emotion], emotion)):
        candidates = [person for person in people if person.part is None and emotion in person.emotions]
        if candidates:
            return min(candidates, key=lambda person: (-len(missing & set(person.emotions)), _hash(person, seed)))
    return None


def _hash(person: Person, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{person.subject_id}".encode()).hexdigest()


def by_image(emotion_of: Mapping[str, str], *, seed: int) -> dict[str, str]:
    """Assign each photograph to a part as `splits.by_image`.

    A photograph of an emotion that the training part lacks changes places with one of its most frequent emotion.
    """
    parts = splits.by_image(emotion_of, seed=seed)
    trained = Counter(emotion_of[image_id] for image_id, part in parts.items() if part == TRAIN)
    for emotion in sorted(set(emotion_of.values()) - set(trained)):
        most, count = max(trained.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        if count < 2:  # every training photograph is the only one of its emotion
            break
        joining = min(image_id for image_id, own in emotion_of.items() if own == emotion)
        leaving = min(image_id for image_id, own in emotion_of.items() if own == most and parts[image_id] == TRAIN)
        parts[joining], parts[leaving] = TRAIN, parts[joining]
        trained.update({emotion: 1, most: -1})
    return parts


def person_folds(
    people: Sequence[Person], *, count: int, seed: int, known: Mapping[str, int] | None = None
) -> PersonFolds:
    """Assign each subject to a fold as `splits.person_folds`, in the first order of people that leaves out least.

    Raises `StoreError` for fewer than three folds or for more folds than subjects.
    """
    best: PersonFolds | None = None
    for attempt in range(_MAX_ATTEMPTS):
        used_seed = seed + attempt * _SEED_STEP
        fold_of = splits.person_folds(people, count=count, seed=used_seed, known=known)
        folds = PersonFolds(fold_of, used_seed, tuple(_untrained(people, fold_of, count)))
        if best is None or len(folds.left_out) < len(best.left_out):
            best = folds
        if not best.left_out:
            break
    assert best is not None
    return best


def _untrained(people: Sequence[Person], fold_of: Mapping[str, int], count: int) -> list[str]:
    """Return the emotions that a fold's validation or test part has but its training part lacks."""
    folds_of: dict[str, set[int]] = defaultdict(set)
    for person in people:
        for emotion in person.emotions:
            folds_of[emotion].add(fold_of[person.subject_id])
    held_out = [{fold, (fold + 1) % count} for fold in range(count)]
    return sorted(emotion for emotion, folds in folds_of.items() if any(folds <= pair for pair in held_out))


def is_shown_by_all(people: Sequence[Person]) -> bool:
    """Return whether everybody shows every emotion of the corpus."""
    return len({tuple(person.emotions) for person in people}) <= 1


def without_training(assigned: pl.DataFrame) -> list[str]:
    """Return the emotions of a split that its training part lacks; `assigned` has the columns emotion and part."""
    trained = assigned.filter(pl.col("part") == TRAIN)["emotion"]
    return sorted(set(assigned["emotion"]) - set(trained))


def without_test(assigned: pl.DataFrame) -> list[str]:
    """Return the emotions of a split that its test part lacks."""
    tested = assigned.filter(pl.col("part") == PARTS[-1])["emotion"]
    return sorted(set(assigned["emotion"]) - set(tested))
