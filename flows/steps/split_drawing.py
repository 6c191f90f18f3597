"""Draw the splits of the active photographs by person, by image and into folds, and explain them; stores nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import PurePath

import polars as pl

from affect_store.flows.steps.numbers import number_of
from affect_store.store.errors import CorpusError
from affect_store.store.offline import rare_emotions, splits
from affect_store.store.offline.rare_emotions import PersonFolds
from affect_store.store.offline.splits import FRACTIONS, NOTEBOOK_SEED, Person
from affect_store.store.vocabulary import CROSS_CORPUS, FINAL, PARTS

TRAIN, VALIDATE, TEST = PARTS
LABELS = {"by_person": "split by person", "by_image": "split by image", "folds": "folds", "fold": "fold",
          "notebook": "notebook's split", FINAL: "final split", CROSS_CORPUS: "split across corpora"}  # fmt: skip
"""Names of the splits in messages, by strategy."""

REMEDY = "Nothing was split, trained or published: add photographs to the folder and run `affect run` again"
_MIN_PEOPLE = 3
"""A split by person needs one person each to train, validate and test on."""


@dataclass(frozen=True)
class SplitDefinition:
    """How a split is drawn; `folds_id`, `repeat` and `fold` are None for a split that is not part of a k-fold.

    `left_out` are the emotions whose photographs are not part of the split.
    """

    strategy: str
    seed: int
    fractions: Mapping[str, float]
    folds_id: str | None = None
    repeat: int | None = None
    fold: int | None = None
    left_out: tuple[str, ...] = ()

    @property
    def position(self) -> dict[str, str | int | None]:
        """Its folds, repetition and fold, as columns of `splits.sets`."""
        return {"folds_id": self.folds_id, "repeat": self.repeat, "fold": self.fold}


@dataclass(frozen=True)
class Members:
    """The active photographs at one time, with labels and checksums, their people, and the feature versions.

    `known_folds` are the folds in which people were tested before, by the number of folds and the repeat.
    """

    photographs: pl.DataFrame
    people: Sequence[Person]
    versions: Mapping[str, str]
    moment: datetime
    known_folds: Mapping[tuple[int, int], Mapping[str, int]] = field(default_factory=dict)

    @cached_property
    def fingerprint(self) -> str:
        """Fingerprint of all photographs, regardless of their part."""
        return splits.fingerprint(self.photographs.with_columns(pl.lit(None, pl.String).alias("part")), self.versions)

    def assigned(self, part_of: Mapping[str, str], column: str = "subject_id") -> pl.DataFrame:
        """Return the photographs with the part of each person, or of each photograph."""
        parts = pl.col(column).replace_strict(part_of, return_dtype=pl.String)
        return self.photographs.with_columns(parts.alias("part"))


@dataclass(frozen=True)
class DrawnSplit:
    """A split that is not stored yet: its definition, and its photographs with labels, checksums and part."""

    definition: SplitDefinition
    assigned: pl.DataFrame

    @property
    def parts(self) -> set[str]:
        """The parts that have photographs."""
        return set(self.assigned["part"])

    @property
    def why_untrainable(self) -> str:
        """Why no model can be trained on it; empty if models can."""
        label = LABELS[self.definition.strategy]
        emotions = self.assigned.filter(pl.col("part") == TRAIN)["emotion"].unique().to_list()
        if not emotions:
            return f"the {label} has no photographs to train on"
        if len(emotions) == 1:
            return f"the training part of the {label} shows only {emotions[0]}, and models need at least two emotions"
        return "" if VALIDATE in self.parts else f"the {label} leaves no photographs to validate on"


def draw(members: Members, seed: int) -> list[DrawnSplit]:
    """Draw the splits by person and by image.

    Raises `CorpusError`, with the reason, if models cannot be trained on both.
    """
    if reason := _why_unusable(members):
        raise CorpusError(f"{reason}. {REMEDY}")
    by_image = rare_emotions.by_image(
        dict(members.photographs.select("image_id", "emotion").iter_rows()), seed=NOTEBOOK_SEED
    )
    drawn = [
        _draw_by_person(members, seed),
        _without_untrained(
            SplitDefinition("by_image", NOTEBOOK_SEED, FRACTIONS), members.assigned(by_image, "image_id")
        ),
    ]
    for split in drawn:
        if split.why_untrainable:
            raise CorpusError(f"{split.why_untrainable}. {REMEDY}")
    return drawn


def _why_unusable(members: Members) -> str:
    """Return why no split of these photographs can be trained on; empty if that depends on the split."""
    if members.photographs.is_empty():
        return "no photograph in use has a label. `affect predict FOLDER` predicts photographs with a trained model"
    photographs = f"{len(members.photographs)} photographs in use"
    emotions = members.photographs["emotion"].unique().to_list()
    if len(emotions) == 1:
        return f"all {photographs} show {emotions[0]}: models need at least two emotions"
    if len(members.people) == 1:
        return (
            f"all {photographs} show one person, {members.people[0].subject_id}: a split by person needs at least "
            f"{_MIN_PEOPLE} people, one each to train, validate and test on"
        )
    return ""


def _without_untrained(definition: SplitDefinition, assigned: pl.DataFrame) -> DrawnSplit:
    """Leave out the emotions that the training part lacks."""
    left_out = rare_emotions.without_training(assigned)
    kept = assigned.filter(~pl.col("emotion").is_in(left_out))
    return DrawnSplit(replace(definition, left_out=tuple(left_out)), kept)


def _draw_by_person(members: Members, seed: int) -> DrawnSplit:
    """Draw the split by person; people keep their parts unless that leaves no usable split and a new one is usable."""
    definition = SplitDefinition("by_person", seed, FRACTIONS)

    def drawn(people: Sequence[Person]) -> DrawnSplit:
        return _without_untrained(definition, members.assigned(rare_emotions.by_person(people, seed=seed)))

    def quality(split: DrawnSplit) -> tuple[bool, bool]:
        return not split.why_untrainable, TEST in split.parts

    kept = drawn(members.people)
    if quality(kept) == (True, True):
        return kept
    return max(kept, drawn([replace(person, part=None) for person in members.people]), key=quality)


def draw_notebook(members: Members, paths: Mapping[str, str]) -> DrawnSplit:
    """Draw the notebook's split of the photographs, in the order of the names of their files; `paths` is by image_id.

    Raises `CorpusError` if the photographs are too few.
    """
    from affect_store.models.notebook_split import TEST_SIZE, VALIDATE_SIZE, assign_parts

    emotion_of = dict(members.photographs.select("image_id", "emotion").iter_rows())
    ordered = sorted(emotion_of, key=lambda image_id: (PurePath(paths[image_id]).name, paths[image_id]))
    parts = assign_parts([emotion_of[image_id] for image_id in ordered], seed=NOTEBOOK_SEED)
    rest = 1 - TEST_SIZE
    shares = {TRAIN: rest * (1 - VALIDATE_SIZE), VALIDATE: rest * VALIDATE_SIZE, TEST: TEST_SIZE}
    definition = SplitDefinition("notebook", NOTEBOOK_SEED, shares)
    return DrawnSplit(definition, members.assigned(dict(zip(ordered, parts, strict=True)), "image_id"))


def draw_final(members: Members, by_person: DrawnSplit) -> DrawnSplit:
    """Put everybody into the training part, without the emotions that the split by person leaves out: how well a model
    recognises these was not measured."""
    left_out = by_person.definition.left_out
    used = replace(members, photographs=members.photographs.filter(~pl.col("emotion").is_in(left_out)))
    definition = SplitDefinition(FINAL, NOTEBOOK_SEED, {TRAIN: 1.0}, left_out=left_out)
    return DrawnSplit(definition, used.assigned({person.subject_id: TRAIN for person in members.people}))


def draw_folds(members: Members, count: int, repeats: int) -> list[list[DrawnSplit]]:
    """Draw the repeats of person-disjoint folds: of each repeat one split per fold, then one that pools them.

    People keep their folds unless that leaves one that cannot be trained or tested on. Raises `StoreError` for fewer
    than three folds or for more folds than people, and `CorpusError` if models cannot be trained on all of them.
    """
    folds_id = f"{count}-{members.fingerprint[:12]}"
    if not rare_emotions.is_shown_by_all(members.people):
        folds_id += "-rare"  # version 0.3 drew other folds of such people under the plain identifier
    anew = [_person_folds(members, count, repeat, {}) for repeat in range(repeats)]
    known = [members.known_folds.get((count, repeat), {}) for repeat in range(repeats)]
    kept = [_person_folds(members, count, repeat, own) for repeat, own in enumerate(known)]
    if kept != anew:
        assigned = json.dumps([folds.fold_of for folds in kept], sort_keys=True)
        kept_id = f"{folds_id}-{hashlib.sha256(assigned.encode()).hexdigest()[:8]}"
        drawn = [_draw_repeat(members, count, kept_id, repeat, folds) for repeat, folds in enumerate(kept)]
        if not any(fold.why_untrainable or TEST not in fold.parts for fold in _folds(drawn)):
            return drawn
    drawn = [_draw_repeat(members, count, folds_id, repeat, folds) for repeat, folds in enumerate(anew)]
    for fold in _folds(drawn):
        if fold.why_untrainable:
            number = f"fold {fold.definition.fold} of {count}: {fold.why_untrainable}"
            raise CorpusError(f"{number}. Run again without `--folds`, or add photographs of more people")
    return drawn


def _folds(repeats: Sequence[Sequence[DrawnSplit]]) -> Iterator[DrawnSplit]:
    """Yield the single folds of all repeats, without the splits that pool them."""
    return (split for repeat in repeats for split in repeat if split.definition.strategy == "fold")


def _person_folds(members: Members, count: int, repeat: int, known: Mapping[str, int]) -> PersonFolds:
    return rare_emotions.person_folds(members.people, count=count, seed=NOTEBOOK_SEED + repeat, known=known)


def _draw_repeat(members: Members, count: int, folds_id: str, repeat: int, folds: PersonFolds) -> list[DrawnSplit]:
    used = replace(members, photographs=members.photographs.filter(~pl.col("emotion").is_in(folds.left_out)))
    drawn = []
    for fold in range(count):
        parts = {subject_id: splits.part_in_fold(own, fold, count=count) for subject_id, own in folds.fold_of.items()}
        definition = SplitDefinition("fold", folds.seed, {"folds": count}, folds_id, repeat, fold, folds.left_out)
        drawn.append(DrawnSplit(definition, used.assigned(parts)))
    pooled = dict.fromkeys(folds.fold_of, TEST)
    drawn.append(DrawnSplit(replace(drawn[0].definition, strategy="folds", fold=None), used.assigned(pooled)))
    return drawn


def notes(drawn: DrawnSplit, members: Members) -> Iterator[str]:
    """Yield one sentence each about the emotions that a split leaves out and those that it cannot test."""
    label, left_out = LABELS[drawn.definition.strategy], drawn.definition.left_out
    if drawn.definition.strategy == "by_person" and _is_redrawn(drawn, members):
        yield (
            f"The {label} was drawn anew and people changed their parts, because the parts of earlier runs left no "
            "photographs to train, validate or test on"
        )
    if left_out:
        why = (
            "models were trained while the people who show it were in other parts, or they are too few"
            if drawn.definition.strategy == "by_person"
            else "too few people or photographs show it for every training part to have one"
        )
        verb = "leave" if drawn.definition.strategy == "folds" else "leaves"
        yield f"The {label} {verb} out {_counted(left_out, members)}: {why}"
    if TEST not in drawn.parts:
        people = len(members.people)
        yield (
            f"The {label} has no test part: {people} people are too few ({_MIN_PEOPLE} are needed). Models are tested "
            "on the split by image only, with people that they were trained on"
        )
    elif untested := rare_emotions.without_test(drawn.assigned):
        yield f"The {label} cannot test {_counted(untested, members)}: no photograph in its test part shows it"


def _is_redrawn(drawn: DrawnSplit, members: Members) -> bool:
    parts = dict(drawn.assigned.select("subject_id", "part").unique().iter_rows())
    kept = (person for person in members.people if person.part and person.is_trained)
    return any(parts.get(person.subject_id, person.part) != person.part for person in kept)


def _counted(emotions: Sequence[str], members: Members) -> str:
    """'contemptuous (12 photographs of 1 person)'."""
    counts = members.photographs.group_by("emotion").agg(n=pl.len(), people=pl.col("subject_id").n_unique())
    of_emotion = {row["emotion"]: row for row in counts.iter_rows(named=True)}
    return ", ".join(
        f"{emotion} ({number_of(of_emotion[emotion]['n'], 'photograph')} of "
        f"{number_of(of_emotion[emotion]['people'], 'person', 'people')})"
        for emotion in emotions
    )
