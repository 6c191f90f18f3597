"""Flow `split`: both splits of the catalogued photographs, and the tables that are ready to train on."""

from __future__ import annotations

from pathlib import Path

from flows import terminal
from flows.engine import flow, task
from store.features import views
from store.tables import read, splits, write
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.tables.splits import FRACTIONS, NOTEBOOK_SEED, Person


def feature_versions() -> dict[str, str]:
    """The current version of each feature that a training row holds."""
    return {
        "landmarks": views.landmarks().version,
        "pixels": views.pixels().version,
        "frontal_unit": views.frontal_unit().version,
        "aligned": views.aligned().version,
    }


def assign(connection: Connection, strategy: str, seed: int, corpora: list[str]) -> dict[str, str]:
    """Part of each photograph in use of these corpora."""
    members = read.frame(connection, "select_members", {"corpora": corpora})
    if strategy == "by_image":
        return splits.by_image(members["image_id"], seed=seed)
    people = [
        Person(**row) for row in read.frame(connection, "select_people", {"corpora": corpora}).iter_rows(named=True)
    ]
    part_of = splits.by_person(people, seed=seed)
    return {image_id: part_of[subject_id] for image_id, subject_id in members.iter_rows()}


def store_split(connection: Connection, strategy: str, seed: int, corpora: list[str]) -> tuple[str, bool]:
    """Store the split where its fingerprint is new; returns its id and whether it was."""
    versions = feature_versions()
    parts = assign(connection, strategy, seed, corpora)
    fingerprint = splits.fingerprint(parts, versions)
    split_id = f"{strategy}-{fingerprint[:12]}"
    row = {
        "split_id": [split_id],
        "strategy": [strategy],
        "seed": [seed],
        "fractions": [write.as_json(FRACTIONS)],
        "fingerprint": [fingerprint],
        "feature_versions": [write.as_json(versions)],
        "created_at": [write.now()],
    }
    members = {"split_id": [split_id] * len(parts), "image_id": list(parts), "part": list(parts.values())}
    with write.transaction(connection):
        is_new = write.append(connection, "splits.sets", write.batch("splits.sets", row)) > 0
        if is_new:
            write.append(connection, "splits.assignments", write.batch("splits.assignments", members))
        else:
            write.make_split_current(connection, split_id)
    return split_id, is_new


def _is_stale(connection: Connection, split_id: str) -> bool:
    """Whether the split tables show anything but this split with the features of today.

    A split's id stands for its members and view versions; features may also have come since the tables were filled.
    """
    if write.setting(connection, write.SPLIT_SHOWN) != split_id:
        return True
    versions = {name: version for name, version in feature_versions().items() if name != "pixels"}
    return read.number(connection, "count_stale_split_rows", {**versions, "split_id": split_id}) > 0


def store_splits(home: Home, seed: int, corpus: str | None = None) -> dict[str, str]:
    """Both splits and the by_person tables; returns the id of each strategy's split.

    A split is of one corpus; None takes all corpora of the home together.
    """
    with terminal.step("split into train, validate, test") as (step, _), open_work(home) as connection:
        corpora = [corpus] if corpus else read.frame(connection, "select_corpora")["corpus"].to_list()
        by_person, is_new = store_split(connection, "by_person", seed, corpora)
        by_image, image_is_new = store_split(connection, "by_image", NOTEBOOK_SEED, corpora)
        is_stale = _is_stale(connection, by_person)
        if is_stale:
            write.replace_split_tables(connection, by_person, feature_versions())
        step.remark = f"{by_person}, {by_image}" if is_new or image_is_new or is_stale else "unchanged"
    return {"by_person": by_person, "by_image": by_image}


make_splits = task("assign parts")(store_splits)


@flow("split")
def split(home: str = ".affect", corpus: str | None = None, seed: int = NOTEBOOK_SEED) -> dict[str, str]:
    """Split the photographs in use of a corpus (None: of all) by person and by image; returns the id of each split."""
    made: dict[str, str] = make_splits(Home(Path(home).absolute()), seed, corpus)
    return made
