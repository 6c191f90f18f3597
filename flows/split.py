"""Flow `split`: both splits of the catalogued photographs, and the tables that are ready to train on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from flows import services, terminal
from flows.engine import flow, task
from store.tables import read, splits, write
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.tables.lock import hold
from store.tables.splits import FRACTIONS, NOTEBOOK_SEED, Person

MOMENTS = ("as_of", "created_at", "requested_at")


def assign(connection: Connection, members: pl.DataFrame, strategy: str, seed: int, corpora: list[str]) -> pl.DataFrame:
    """The members with the part of each."""
    if strategy == "by_image":
        parts = splits.by_image(members["image_id"], seed=seed)
        return members.with_columns(pl.col("image_id").replace_strict(parts, return_dtype=pl.String).alias("part"))
    people = [
        Person(**row) for row in read.frame(connection, "select_people", {"corpora": corpora}).iter_rows(named=True)
    ]
    part_of = splits.by_person(people, seed=seed)
    return members.with_columns(pl.col("subject_id").replace_strict(part_of, return_dtype=pl.String).alias("part"))


def store_split(
    connection: Connection, strategy: str, seed: int, corpora: list[str], versions: Mapping[str, str]
) -> tuple[str, bool]:
    """Store the split where its fingerprint is new; returns its id and whether it was.

    It is frozen: whatever is corrected or extracted later, its rows are those that are known at this moment.
    """
    moment = write.now()
    members = read.frame(connection, "select_split_seals", {**versions, "corpora": corpora, "moment": moment})
    placed = assign(connection, members, strategy, seed, corpora)
    told = {"strategy": strategy, "fingerprint": splits.fingerprint(placed, versions)}
    with write.transaction(connection):
        known = read.frame(connection, "select_split_with_fingerprint", told)["split_id"]
        if len(known):
            write.make_split_current(connection, known[0])
            return known[0], False
        split_id = f"{strategy}-{told['fingerprint'][:12]}"
        row = {**told, "split_id": split_id, "seed": seed, "fractions": write.as_json(FRACTIONS)}
        row |= {"feature_versions": write.as_json(versions), **dict.fromkeys(MOMENTS, moment)}
        write.append(connection, "splits.sets", write.batch("splits.sets", {name: [row[name]] for name in row}))
        columns = {name: placed[name].to_list() for name in ("image_id", "part")}
        columns["split_id"] = [split_id] * len(placed)
        write.append(connection, "splits.assignments", write.batch("splits.assignments", columns))
    return split_id, True


def store_splits(home: Home, seed: int, corpus: str | None = None) -> dict[str, str]:
    """Both splits and the by_person tables; returns the id of each strategy's split.

    A split is of one corpus; None takes all corpora of the home together.
    """
    with terminal.step("split into train, validate, test") as (step, _), open_work(home) as connection:
        corpora = [corpus] if corpus else read.frame(connection, "select_corpora")["corpus"].to_list()
        versions = services.current(connection)
        by_person, is_new = store_split(connection, "by_person", seed, corpora, versions)
        by_image, image_is_new = store_split(connection, "by_image", NOTEBOOK_SEED, corpora, versions)
        is_stale = write.setting(connection, write.SPLIT_SHOWN) != by_person
        if is_stale:
            write.replace_split_tables(connection, read.frozen_split(connection, by_person))
        step.remark = f"{by_person}, {by_image}" if is_new or image_is_new or is_stale else "unchanged"
    return {"by_person": by_person, "by_image": by_image}


make_splits = task("assign parts")(store_splits)


@flow("split")
def split(home: str = ".affect", corpus: str | None = None, seed: int = NOTEBOOK_SEED) -> dict[str, str]:
    """Split the photographs in use of a corpus (None: of all) by person and by image; returns the id of each split."""
    place = Home(Path(home).absolute())
    with hold(place):
        made: dict[str, str] = make_splits(place, seed, corpus)
    return made
