"""Laws of splits: fractions, stability, completeness, and what a fingerprint covers."""

from collections import Counter
from dataclasses import replace

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from affect_store.store.offline import splits
from affect_store.store.offline.splits import FRACTIONS, Person
from affect_store.store.vocabulary import PARTS, RAFD_POPULATIONS, SEXES


def people_of(size: int, first: int = 0) -> list[Person]:
    return [Person(f"p{n:03d}", SEXES[n % 2], RAFD_POPULATIONS[n // 2 % 3]) for n in range(first, first + size)]


@given(st.integers(4, 80), st.integers(0, 1000))
def test_part_sizes_are_within_one_person_of_the_fractions(size: int, seed: int) -> None:
    counts = Counter(splits.by_person(people_of(size), seed=seed).values())
    assert sum(counts.values()) == size
    for part, fraction in FRACTIONS.items():
        assert abs(counts[part] - fraction * size) <= 1


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 50))
def test_nobody_moves_when_people_join(before: int, joining: int, seed: int) -> None:
    first = splits.by_person(people_of(before), seed=seed)
    known = [replace(person, part=first[person.subject_id]) for person in people_of(before)]
    second = splits.by_person(known + people_of(joining, before), seed=seed)
    assert {subject_id: second[subject_id] for subject_id in first} == first and len(second) == before + joining


def test_both_sexes_and_all_groups_are_in_every_part_of_a_large_corpus() -> None:
    people = people_of(48)
    parts = splits.by_person(people, seed=1)
    for part in PARTS:
        strata = {person.stratum for person in people if parts[person.subject_id] == part}
        assert len(strata) == 6


def test_the_order_of_the_people_does_not_matter() -> None:
    assert splits.by_person(people_of(20), seed=3) == splits.by_person(people_of(20)[::-1], seed=3)


@given(st.sets(st.text(min_size=1, max_size=5), max_size=60), st.integers(0, 100))
def test_by_image_is_complete_disjoint_and_repeatable(ids: set[str], seed: int) -> None:
    parts = splits.by_image(ids, seed=seed)
    assert set(parts) == ids and set(parts.values()) <= set(PARTS)
    assert parts == splits.by_image(sorted(ids, reverse=True), seed=seed)
    for part, fraction in FRACTIONS.items():
        assert abs(list(parts.values()).count(part) - fraction * len(ids)) <= 1


def members(**changes: object) -> pl.DataFrame:
    """Two members, the first with these changes."""
    plain = {name: f"a {name}" for name in splits.FINGERPRINTED_COLUMNS}
    return pl.DataFrame([{**plain, "image_id": "a", **changes}, {**plain, "image_id": "b"}])


def test_a_fingerprint_covers_parts_labels_checksums_and_versions_but_not_the_order() -> None:
    base = splits.fingerprint(members(), {"landmarks": "1"})
    assert base == splits.fingerprint(members().reverse(), {"landmarks": "1"})
    assert base != splits.fingerprint(members(), {"landmarks": "2"})
    changed = {
        splits.fingerprint(members(**{name: "another"}), {"landmarks": "1"}) for name in splits.FINGERPRINTED_COLUMNS
    }
    assert len(changed | {base}) == len(splits.FINGERPRINTED_COLUMNS) + 1
