"""The design of a small store: people, cells, what is missing, and the runs; every other value follows from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import product

from affect_store.flows.steps.feature_services import features_of
from affect_store.store.offline import splits
from affect_store.store.offline.splits import Person
from affect_store.store.vocabulary import EMOTIONS, GAZES, RAFD_POPULATIONS, SEXES, STRATEGIES, USED_ANGLES_DEG

BY_PERSON, BY_IMAGE = STRATEGIES[:2]
Cell = tuple[str, str, int, str]
"""Person, emotion, camera angle in degrees, gaze."""


def image_id(cell: Cell) -> str:
    """Return the identifier of a cell's photograph."""
    return hashlib.sha256("/".join(map(str, cell)).encode()).hexdigest()


def numbered(corpus: str, count: int) -> tuple[str, ...]:
    """Return the identifiers of people, numbered from 1."""
    return tuple(f"{corpus}-{number:02d}" for number in range(1, count + 1))


@dataclass(frozen=True)
class PlannedRun:
    """A run: its share of correct predictions (None: no predictions) and, unless it is completed, why it has failed."""

    model: str
    recipe: str
    strategy: str = BY_PERSON
    accuracy: float | None = None
    name: str = ""
    has_weights: bool = True
    failure: str | None = None

    @property
    def run_id(self) -> str:
        """Return a readable identifier."""
        return self.name or f"{self.model}-{self.recipe}-{self.strategy}"

    @property
    def features(self) -> tuple[str, ...]:
        """Return the features without which it cannot score a photograph."""
        return features_of(self.model, self.recipe)


@dataclass(frozen=True)
class Design:
    """What a store holds. Sexes and populations are assigned to the people in turn.

    `pictured` people have thumbnails (None: all). If `mislabelled`, the label of its cell is corrected after a split
    and the run `early`. The first `hard` photographs of the test part are wrong in every run by person. `planned_p`
    are the p values of the comparisons by person; without them, the comparisons are computed. If `is_rated`, every
    photograph has ratings by people.
    """

    corpus: str
    people: tuple[str, ...]
    emotions: tuple[str, ...] = EMOTIONS
    angles: tuple[int, ...] = USED_ANGLES_DEG
    gazes: tuple[str, ...] = GAZES
    sexes: tuple[str, ...] = SEXES
    populations: tuple[str, ...] = RAFD_POPULATIONS
    seed: int = 1
    not_taken: frozenset[Cell] = frozenset()
    faceless: Cell | None = None
    pictured: tuple[str, ...] | None = None
    runs: tuple[PlannedRun, ...] = ()
    early: PlannedRun | None = None
    mislabelled: Cell | None = None
    corrected_to: str = ""
    hard: int = 0
    planned_p: tuple[float, ...] = ()
    is_rated: bool = False

    def cells(self) -> list[Cell]:
        """Return every cell with a photograph, in order."""
        every = product(self.people, self.emotions, self.angles, self.gazes)
        return [cell for cell in every if cell not in self.not_taken]

    def sex(self, person: str) -> str:
        """Return the sex of a person."""
        return self.sexes[(_number(person) - 1) % len(self.sexes)]

    def population(self, person: str) -> str:
        """Return the population of a person."""
        return self.populations[(_number(person) - 1) % len(self.populations)]

    def path(self, cell: Cell) -> str:
        """Return the path of a photograph's file, which does not exist."""
        person, emotion, angle, gaze = cell
        labels = f"{self.population(person)}_{self.sex(person)}_{emotion}_{gaze}"
        return f"/photographs/Rafd{angle:03d}_{person.rpartition('-')[2]}_{labels}.jpg"

    def people_in(self, part: str) -> list[str]:
        """Return the people whom the split by person assigns to a part."""
        people = [Person(person, self.sex(person), self.population(person)) for person in self.people]
        parts = splits.by_person(people, seed=self.seed)
        return [person for person in self.people if parts[person] == part]


def _number(person: str) -> int:
    return int(person.rpartition("-")[2])
