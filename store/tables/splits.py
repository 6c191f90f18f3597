"""Splits of the photographs into train, validate and test: pure functions over ids, and their fingerprints.

`by_person` puts every person in one part and never moves anyone; `by_image` is the notebook's, which leaks.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from store.errors import StoreError
from store.vocabulary import FEWEST_FOLDS, PARTS

FRACTIONS: dict[str, float] = dict(zip(PARTS, (0.5, 0.25, 0.25), strict=True))
NOTEBOOK_SEED = 123321
COVERED = (
    "image_id", "part", "subject_id", "sex", "population", "emotion", "camera_angle_deg", "gaze",
    "landmarks", "frontal_unit", "aligned", "pixels",
)  # fmt: skip
"""Columns under a split's fingerprint; the last four hold the seals of the features."""


@dataclass(frozen=True)
class Person:
    """A person to place: the stratum is sex and population; `part` is kept where an earlier split gave one."""

    subject_id: str
    sex: str
    population: str
    part: str | None = None

    @property
    def stratum(self) -> tuple[str, str]:
        """The group within which the shares are kept."""
        return self.sex, self.population


def by_person(people: Iterable[Person], *, seed: int, fractions: Mapping[str, float] = FRACTIONS) -> dict[str, str]:
    """Part of each person. People who have a part keep it; new ones fill whatever is furthest below its share.

    New people are taken stratum by stratum, shuffled within by a hash of seed and id, and each goes to the part that
    lacks most overall, then within the stratum: shares hold to within one person over all, whatever the strata's sizes.
    """
    people = list(people)
    placed = {one.subject_id: one.part for one in people if one.part is not None}
    overall = Counter(placed.values())
    within = Counter((one.stratum, one.part) for one in people if one.part is not None)
    newcomers = sorted(
        (one for one in people if one.part is None), key=lambda one: (one.stratum, _shuffled(seed, one.subject_id))
    )
    for one in newcomers:
        size = sum(overall.values()) + 1
        stratum_size = sum(within[one.stratum, part] for part in fractions) + 1
        part = max(
            fractions,
            key=lambda name: (
                round(fractions[name] * size - overall[name], 9),
                fractions[name] * stratum_size - within[one.stratum, name],
            ),
        )
        placed[one.subject_id] = part
        overall[part] += 1
        within[one.stratum, part] += 1
    return placed


def person_folds(people: Iterable[Person], *, count: int, seed: int) -> dict[str, int]:
    """Fold of each person, from 0: folds differ by one person at most, over all and within each stratum.

    Strata one after the other, shuffled within by a hash of seed and id, are dealt out in turns. Raises `StoreError`
    for fewer than three folds, which leave nobody to train on, or more folds than people.
    """
    people = sorted(people, key=lambda one: (one.stratum, _shuffled(seed, one.subject_id)))
    if not FEWEST_FOLDS <= count <= len(people):
        raise StoreError(
            f"folds: expected from {FEWEST_FOLDS} to the number of people, {len(people)}; received {count}"
        )
    return {one.subject_id: place % count for place, one in enumerate(people)}


def part_in_fold(fold: int, tested: int, *, count: int) -> str:
    """The part of the people of `fold` where those of the fold `tested` are tested: the next fold's validate."""
    if fold == tested:
        return "test"
    return "validate" if fold == (tested + 1) % count else "train"


def by_image(image_ids: Iterable[str], *, seed: int, fractions: Mapping[str, float] = FRACTIONS) -> dict[str, str]:
    """Part of each image: a seeded shuffle of the sorted ids, cut by the fractions."""
    ordered = np.array(sorted(image_ids), dtype=object)
    np.random.default_rng(seed).shuffle(ordered)
    cuts = (np.cumsum(list(fractions.values()))[:-1] * len(ordered)).round().astype(int)
    pieces = np.split(ordered, cuts)
    return {image_id: part for part, piece in zip(fractions, pieces, strict=True) for image_id in piece}


def fingerprint(members: pl.DataFrame, versions: Mapping[str, str]) -> str:
    """sha256, hexadecimal, over the view versions and, for each member in the order of its id, the part, the labels and
    the seal of each feature (None where there is none): equal means that training sees equal rows."""
    told = members.select(COVERED).sort("image_id").rows()
    return hashlib.sha256(json.dumps([sorted(versions.items()), told]).encode()).hexdigest()


def composition(versions: Iterable[str]) -> str:
    """Version of a feature service: twelve hexadecimal digits over the view versions in it."""
    return hashlib.sha256(json.dumps(sorted(versions)).encode()).hexdigest()[:12]


def _shuffled(seed: int, subject_id: str) -> str:
    return hashlib.sha256(f"{seed}:{subject_id}".encode()).hexdigest()
