"""Splits of photographs into train, validate and test: pure functions over ids, and fingerprints of splits.

`by_person` puts each subject into one part and never moves anyone; `by_image` splits as the original notebook did,
which leaks subjects between parts.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from affect_store.store.errors import StoreError
from affect_store.store.features.feature_views import PUBLISHED_FEATURES
from affect_store.store.vocabulary import MIN_FOLDS, PARTS

FRACTIONS: dict[str, float] = dict(zip(PARTS, (0.5, 0.25, 0.25), strict=True))
NOTEBOOK_SEED = 123321
DEFAULT_FOLDS = 5
FINGERPRINTED_COLUMNS = (
    "image_id", "part", "subject_id", "sex", "population", "emotion", "camera_angle_deg", "gaze",
    "landmarks", "frontal_unit", "aligned", "pixels",
)  # fmt: skip
"""Columns that a split's fingerprint covers; the last four hold the checksums of the features.

The features that only the published recipe reads are covered where a split has them; the fingerprints of other splits
do not depend on them.
"""


@dataclass(frozen=True)
class Person:
    """A subject to assign to a part.

    `part` is the part of an earlier split, which is kept; `is_trained` tells whether models were trained on a split
    with that part. `emotions` are those of the subject's active photographs.
    """

    subject_id: str
    sex: str
    population: str
    part: str | None = None
    emotions: Sequence[str] = ()
    is_trained: bool = True

    @property
    def stratum(self) -> tuple[str, str]:
        """Sex and population; the fractions are also kept within each stratum."""
        return self.sex, self.population


def by_person(people: Iterable[Person], *, seed: int, fractions: Mapping[str, float] = FRACTIONS) -> dict[str, str]:
    """Assign each subject to a part. Subjects who have a part keep it.

    New subjects are taken stratum by stratum, ordered within by a hash of seed and id. Each goes to the part with the
    largest overall deficit; ties are decided by the deficit within the stratum. Overall, part sizes are therefore
    within one person of the fractions, whatever the sizes of the strata.
    """
    people = list(people)
    parts = {person.subject_id: person.part for person in people if person.part is not None}
    sizes = Counter(parts.values())
    stratum_sizes = Counter((person.stratum, person.part) for person in people if person.part is not None)
    for person in shuffled_by_stratum((person for person in people if person.part is None), seed):
        size = sum(sizes.values()) + 1
        stratum_size = sum(stratum_sizes[person.stratum, part] for part in fractions) + 1
        deficits = {
            part: (
                round(fractions[part] * size - sizes[part], 9),
                fractions[part] * stratum_size - stratum_sizes[person.stratum, part],
            )
            for part in fractions
        }
        chosen = max(fractions, key=deficits.__getitem__)
        parts[person.subject_id] = chosen
        sizes[chosen] += 1
        stratum_sizes[person.stratum, chosen] += 1
    return parts


def person_folds(
    people: Iterable[Person], *, count: int, seed: int, known: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Assign each subject to a fold, numbered from 0. Subjects who are in `known` keep their fold.

    The others, stratum by stratum and ordered within by a hash of seed and id, go to the smallest fold; of several, to
    that with the fewest of their stratum. Without known subjects, fold sizes differ by at most one, overall and in each
    stratum. Raises `StoreError` for fewer than three folds, which leave no fold for training, or for more folds than
    subjects.
    """
    people, known = shuffled_by_stratum(people, seed), known or {}
    require_folds(count, len(people))
    folds = {person.subject_id: known[person.subject_id] for person in people if person.subject_id in known}
    sizes = Counter(folds.values())
    strata = Counter((person.stratum, folds[person.subject_id]) for person in people if person.subject_id in folds)
    for person in people:
        if person.subject_id not in folds:
            fold = min(range(count), key=lambda fold: (sizes[fold], strata[person.stratum, fold], fold))
            folds[person.subject_id] = fold
            sizes[fold] += 1
            strata[person.stratum, fold] += 1
    return folds


def require_folds(count: int, people: int) -> None:
    """Raise `StoreError` unless there is a person for each fold, and a fold for each part."""
    if not MIN_FOLDS <= count <= people:
        raise StoreError(
            f"folds: expected at least {MIN_FOLDS} and at most the number of people, {people}; received {count}. "
            f"{_folds_advice(people)}"
        )


def part_in_fold(fold: int, test_fold: int, *, count: int) -> str:
    """Return the part of the subjects of `fold` when `test_fold` is tested; the next fold is the validation part."""
    if fold == test_fold:
        return "test"
    return "validate" if fold == (test_fold + 1) % count else "train"


def by_image(image_ids: Iterable[str], *, seed: int, fractions: Mapping[str, float] = FRACTIONS) -> dict[str, str]:
    """Assign each photograph to a part: a seeded shuffle of the sorted ids, cut at the fractions."""
    ordered = np.array(sorted(image_ids), dtype=object)
    np.random.default_rng(seed).shuffle(ordered)
    cuts = (np.cumsum(list(fractions.values()))[:-1] * len(ordered)).round().astype(int)
    pieces = np.split(ordered, cuts)
    return {image_id: part for part, piece in zip(fractions, pieces, strict=True) for image_id in piece}


def fingerprint(members: pl.DataFrame, versions: Mapping[str, str]) -> str:
    """Return the fingerprint of a split: equal fingerprints mean that training sees equal rows.

    It is the sha256, in hexadecimal digits, of the view versions and of each member's part, labels and feature
    checksums (None where a value is missing), in the order of the ids.
    """
    columns = (*FINGERPRINTED_COLUMNS, *(name for name in PUBLISHED_FEATURES if name in versions))
    rows = members.select(columns).sort("image_id").rows()
    return hashlib.sha256(json.dumps([sorted(versions.items()), rows]).encode()).hexdigest()


def service_version_of(versions: Iterable[str]) -> str:
    """Return the version of a feature service: twelve hexadecimal digits of the sha256 of its view versions."""
    return hashlib.sha256(json.dumps(sorted(versions)).encode()).hexdigest()[:12]


def _folds_advice(people: int) -> str:
    if people < MIN_FOLDS:
        return "Run again without `--folds`, or add photographs of more people"
    return f"Run again with `--folds {min(people, DEFAULT_FOLDS)}`, or without it"


def shuffled_by_stratum(people: Iterable[Person], seed: int) -> list[Person]:
    """Return the people ordered by stratum, and within by a hash of seed and id."""

    def key(person: Person) -> tuple[tuple[str, str], str]:
        return person.stratum, hashlib.sha256(f"{seed}:{person.subject_id}".encode()).hexdigest()

    return sorted(people, key=key)
