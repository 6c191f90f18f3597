"""The split across corpora: trains on the people of some corpora, and tests on all photographs of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from affect_store.flows.runtime import console
from affect_store.flows.steps.numbers import number_of
from affect_store.flows.steps.split_drawing import TEST, TRAIN, VALIDATE, DrawnSplit, Members, SplitDefinition
from affect_store.flows.steps.splits import read_members, store_split
from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import CorpusError
from affect_store.store.home import Home
from affect_store.store.offline import rare_emotions
from affect_store.store.offline.splits import NOTEBOOK_SEED
from affect_store.store.vocabulary import CROSS_CORPUS

SHARES = {TRAIN: 0.75, VALIDATE: 0.25}
"""Shares of the people of the corpora that are trained on: the second stops training and calibrates."""


@dataclass(frozen=True)
class CorpusPair:
    """Corpora to train on, and others to test on. Raises `CorpusError` if one is on both sides, or a side is empty."""

    trained_on: tuple[str, ...]
    tested_on: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.trained_on or not self.tested_on:
            raise CorpusError("expected at least one corpus to train on and one to test on; received none")
        if both := sorted(set(self.trained_on) & set(self.tested_on)):
            raise CorpusError(
                "expected different corpora to train on and to test on; received "
                f"{', '.join(map(repr, both))} for both. Within a corpus, the split by person tests on people that a "
                "model was not trained on"
            )

    @property
    def corpora(self) -> list[str]:
        """All corpora of the pair, sorted."""
        return sorted({*self.trained_on, *self.tested_on})


def store_cross_split(home: Home, pair: CorpusPair) -> str:
    """Store the split of a pair of corpora unless its fingerprint is known, and return its id.

    Raises `CorpusError` if no model could be trained or tested on it; then nothing is stored.
    """
    title = f"split {' + '.join(pair.trained_on)} against {' + '.join(pair.tested_on)}"
    with console.step(title) as (step, _), open_work(home) as connection:
        members = read_members(connection, pair.corpora)
        tested = people_of(connection, pair.tested_on)
        drawn = draw(members, people_of(connection, pair.trained_on), tested)
        split_id, is_new = store_split(connection, members, drawn.assigned, drawn.definition)
        step.remark = split_id if is_new else "unchanged"
    if drawn.definition.left_out:
        untrained = members.photographs.filter(
            pl.col("emotion").is_in(drawn.definition.left_out) & pl.col("subject_id").is_in(tested)
        )
        console.say(
            f"      Left out of the test: {', '.join(drawn.definition.left_out)} "
            f"({number_of(len(untrained), 'photograph')}), since the training part does not show it.",
            style="yellow",
        )
    return split_id


def people_of(connection: Connection, corpora: Sequence[str]) -> set[str]:
    """Return the ids of the people with active photographs in these corpora."""
    people = reader.query_frame(connection, "splits/select_people", {"corpora": list(corpora)})
    return set(people["subject_id"])


def draw(members: Members, trained_on: set[str], tested_on: set[str]) -> DrawnSplit:
    """Put the people of one side into the training and validation parts, and those of the other into the test part.

    Emotions that the training part lacks are left out. Raises `CorpusError`, with the reason, if a side has no
    photographs, a person is on both, or nothing is left to train, validate or test on.
    """
    if both := sorted(trained_on & tested_on):
        raise CorpusError(f"a person must not be trained and tested on; received {', '.join(both)} in both corpora")
    own = [replace(person, part=None) for person in members.people if person.subject_id in trained_on]
    parts = rare_emotions.by_person(own, seed=NOTEBOOK_SEED, fractions=SHARES) | dict.fromkeys(tested_on, TEST)
    assigned = members.assigned(parts)
    left_out = tuple(rare_emotions.without_training(assigned))
    used = assigned.filter(~pl.col("emotion").is_in(left_out))
    drawn = DrawnSplit(SplitDefinition(CROSS_CORPUS, NOTEBOOK_SEED, SHARES, left_out=left_out), used)
    if drawn.why_untrainable:
        raise CorpusError(f"{drawn.why_untrainable}. Nothing was trained")
    if TEST not in drawn.parts:
        raise CorpusError("no photograph of the corpora to test on shows an emotion of the training part")
    return drawn
