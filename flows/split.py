"""Flow `split`: the splits of the catalogued photographs, and the tables that are ready to train on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from flows import services, terminal
from flows.engine import flow, hold, task
from store.tables import read, splits, write
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.tables.splits import FRACTIONS, NOTEBOOK_SEED, Person

WHOLE: Mapping[str, str | int | None] = {"folds_id": None, "repeat": None, "fold": None}
"""Where a split stands that is no fold."""


@dataclass(frozen=True)
class Photographs:
    """All that a split can be made of at one moment: the members with labels and seals, the people, the versions."""

    members: pl.DataFrame
    people: Sequence[Person]
    versions: Mapping[str, str]
    moment: datetime

    @cached_property
    def fingerprint(self) -> str:
        """That of all members, wherever they are put."""
        return splits.fingerprint(self.members.with_columns(pl.lit(None, pl.String).alias("part")), self.versions)

    def placed(self, part_of: Mapping[str, str], column: str = "subject_id") -> pl.DataFrame:
        """The members with the part of each person, or of each photograph."""
        parts = pl.col(column).replace_strict(part_of, return_dtype=pl.String)
        return self.members.with_columns(parts.alias("part"))


def look(connection: Connection, corpora: Sequence[str]) -> Photographs:
    """The photographs in use of these corpora, as they count now."""
    moment, versions = write.now(), services.current(connection)
    members = read.frame(connection, "select_split_seals", {**versions, "corpora": corpora, "moment": moment})
    people = read.frame(connection, "select_people", {"corpora": corpora}).rows(named=True)
    return Photographs(members, [Person(**one) for one in people], versions, moment)


def store(
    connection: Connection, found: Photographs, placed: pl.DataFrame, told: Mapping[str, Any]
) -> tuple[str, bool]:
    """Store a split where its fingerprint is new; returns its id and whether it was.

    It is frozen: whatever is corrected or extracted later, its rows are those that are known at its moment. `told`
    holds strategy, seed, fractions and, of folds, the place: folds_id, repeat, fold.
    """
    place = {name: told.get(name) for name in WHOLE}
    fingerprint = splits.fingerprint(placed, found.versions)
    where = {"strategy": told["strategy"], "fingerprint": fingerprint, **place}
    with write.transaction(connection):
        known = read.frame(connection, "select_split_with_fingerprint", where)["split_id"].to_list()
        if known:
            write.make_split_current(connection, known[0])
            return known[0], False
        names = [told["strategy"], *(str(one) for one in place.values() if one is not None)]
        split_id = "-".join([names[0], fingerprint[:12]] if len(names) == 1 else names)
        row = {
            **where, "split_id": split_id, "seed": told["seed"], "fractions": write.as_json(told["fractions"]),
            "members_fingerprint": found.fingerprint, "feature_versions": write.as_json(found.versions),
            "as_of": found.moment, "created_at": found.moment, "requested_at": found.moment,
        }  # fmt: skip
        write.append(connection, "splits.sets", write.batch("splits.sets", {name: [one] for name, one in row.items()}))
        columns: dict[str, Any] = {name: placed[name].to_list() for name in ("image_id", "part")}
        columns["split_id"] = [split_id] * len(placed)
        write.append(connection, "splits.assignments", write.batch("splits.assignments", columns))
    return split_id, True


def store_folds(connection: Connection, found: Photographs, count: int, repeats: int) -> bool:
    """Store so many repeats of person-disjoint folds: each fold as a split of its own, and one that pools them, in
    which every photograph is tested; returns whether any was new. Raises `StoreError` for fewer than three folds."""
    pooled = found.placed(dict.fromkeys((one.subject_id for one in found.people), "test"))
    folds_id = f"{count}-{found.fingerprint[:12]}"
    is_new = False
    for repeat in range(repeats):
        seed = NOTEBOOK_SEED + repeat
        shared = {"seed": seed, "fractions": {"folds": count}, "folds_id": folds_id, "repeat": repeat}
        fold_of = splits.person_folds(found.people, count=count, seed=seed)
        for fold in range(count):
            parts = {who: splits.part_in_fold(own, fold, count=count) for who, own in fold_of.items()}
            told = {**shared, "strategy": "fold", "fold": fold}
            is_new |= store(connection, found, found.placed(parts), told)[1]
        is_new |= store(connection, found, pooled, {**shared, "strategy": "folds"})[1]
    return is_new


def store_splits(
    home: Home, seed: int = NOTEBOOK_SEED, corpus: str | None = None, folds: int = 0, repeats: int = 1
) -> dict[str, str]:
    """The splits by person and by image, folds where they are asked for, and the by_person tables; returns the id of
    the first two. A split is of one corpus; None takes all corpora of the home together."""
    made = {}
    with terminal.step("split into train, validate, test") as (step, _), open_work(home) as connection:
        corpora = [corpus] if corpus else read.frame(connection, "select_corpora")["corpus"].to_list()
        found = look(connection, corpora)
        by_person = found.placed(splits.by_person(found.people, seed=seed))
        by_image = found.placed(splits.by_image(found.members["image_id"], seed=NOTEBOOK_SEED), "image_id")
        is_new = False
        for strategy, placed, drawn in (("by_person", by_person, seed), ("by_image", by_image, NOTEBOOK_SEED)):
            told = {"strategy": strategy, "seed": drawn, "fractions": FRACTIONS}
            made[strategy], was_new = store(connection, found, placed, told)
            is_new |= was_new
        if folds:
            is_new |= store_folds(connection, found, folds, repeats)
        is_stale = write.setting(connection, write.SPLIT_SHOWN) != made["by_person"]
        if is_stale:
            write.replace_split_tables(connection, read.frozen_split(connection, made["by_person"]))
        step.remark = ", ".join(made.values()) if is_new or is_stale else "unchanged"
    return made


make_splits = task("assign parts")(store_splits)


@flow("split")
def split(
    home: str = ".affect", corpus: str | None = None, seed: int = NOTEBOOK_SEED, folds: int = 0, repeats: int = 1
) -> dict[str, str]:
    """Split the photographs in use of a corpus (None: of all) by person and by image; returns the id of each split.

    `folds` divides the people into so many, each tested once by models trained on others, in so many `repeats`.
    """
    place = Home(Path(home).absolute())
    with hold(place):
        made: dict[str, str] = make_splits(place, seed, corpus, folds, repeats)
    return made
