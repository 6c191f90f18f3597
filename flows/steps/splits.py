"""Splits of the active photographs: by person, by image, and person-disjoint folds; a stored split is frozen.

A split that no model can be trained on is not stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import polars as pl
import pyarrow as pa

from affect_store.flows.runtime import console
from affect_store.flows.steps import feature_services, split_drawing
from affect_store.flows.steps.corpora import chosen_corpora
from affect_store.flows.steps.split_drawing import DrawnSplit, Members, SplitDefinition
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.run_updates import make_split_current, replace_assignments
from affect_store.store.engine.settings import get_setting
from affect_store.store.engine.split_tables import replace_split_tables
from affect_store.store.engine.work_store import open_work
from affect_store.store.features.feature_views import PUBLISHED_FEATURES
from affect_store.store.home import Home
from affect_store.store.offline import splits
from affect_store.store.offline.splits import NOTEBOOK_SEED, Person
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.vocabulary import EMOTIONS, FINAL


def read_members(connection: Connection, corpora: Sequence[str]) -> Members:
    """Read the active photographs of these corpora with their current feature versions."""
    moment, current = clock.now(), feature_services.current_versions(connection)
    names = (*splits.FINGERPRINTED_COLUMNS, *PUBLISHED_FEATURES)
    versions = {name: version for name, version in current.items() if name in names}
    parameters = {**dict.fromkeys(PUBLISHED_FEATURES), **versions, "corpora": corpora, "moment": moment}
    photographs = reader.query_frame(connection, "splits/select_split_checksums", parameters)
    people = reader.query_frame(connection, "splits/select_people", {"corpora": corpora}).rows(named=True)
    known_folds: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for folds, repeat, subject_id, fold in reader.query_frame(
        connection, "splits/select_person_folds", {"corpora": corpora}
    ).rows():
        known_folds[folds, repeat][subject_id] = fold
    return Members(photographs, [Person(**person) for person in people], versions, moment, known_folds)


def store_split(
    connection: Connection, members: Members, assigned: pl.DataFrame, definition: SplitDefinition
) -> tuple[str, bool]:
    """Store a split unless its fingerprint is known; returns its id and whether it is new.

    A split is frozen: labels and features that are corrected or extracted later do not change its rows.
    """
    fingerprint = splits.fingerprint(assigned, members.versions)
    key = {"strategy": definition.strategy, "fingerprint": fingerprint, **definition.position}
    with transaction(connection):
        known = reader.query_frame(connection, "splits/select_split_with_fingerprint", key)["split_id"].to_list()
        if known:
            make_split_current(connection, known[0])
            _restore_assignments(connection, known[0], assigned)
            return known[0], False
        position = [str(value) for value in definition.position.values() if value is not None]
        further = sorted(set(assigned["emotion"]).difference(EMOTIONS))
        split_id = "-".join([definition.strategy, *(position or [fingerprint[:12]])])
        row = {
            **key, "split_id": split_id, "seed": definition.seed, "fractions": write.as_json(definition.fractions),
            "members_fingerprint": members.fingerprint, "feature_versions": write.as_json(members.versions),
            "as_of": members.moment, "created_at": members.moment, "requested_at": members.moment,
            "left_out_emotions": write.as_json(definition.left_out) if definition.left_out else None,
            "further_emotions": write.as_json(further) if further else None,
        }  # fmt: skip
        columns = {name: [value] for name, value in row.items()}
        write.append(connection, "splits.sets", write.batch("splits.sets", columns))
        write.append(connection, "splits.assignments", _assignments(split_id, assigned))
    return split_id, True


def _assignments(split_id: str, assigned: pl.DataFrame) -> pa.Table:
    columns = {name: assigned[name].to_list() for name in ("image_id", "part")}
    return write.batch("splits.assignments", {**columns, "split_id": [split_id] * len(assigned)})


def _restore_assignments(connection: Connection, split_id: str, assigned: pl.DataFrame) -> None:
    """Replace the assignments of a stored split if they are not those of its fingerprint, because rows were damaged."""
    stored = reader.query_frame(connection, "splits/select_assignments", {"split_id": split_id})
    if not stored.equals(assigned.select("image_id", "part").sort("image_id")):
        replace_assignments(connection, split_id, _assignments(split_id, assigned))


def store_splits(
    home: Home,
    seed: int = NOTEBOOK_SEED,
    corpora: Sequence[str] = (),
    folds: int = 0,
    repeats: int = 1,
    *,
    with_notebook: bool = False,
    with_final: bool = False,
) -> dict[str, str]:
    """Store the splits by person and by image, others if requested, and fill the tables of the split by person.

    Splits these corpora together, by default all of the home. `with_notebook` adds the notebook's split, `with_final`
    the one that trains on everybody. Returns the ids of the splits, folds aside, by strategy. Raises `CorpusError`,
    with the reason, if no model could be trained on them, and `StoreError` for a number of folds that the people do not
    allow; then nothing is stored.
    """
    with console.step("split into train, validate, test") as (step, _), open_work(home) as connection:
        members = read_members(connection, chosen_corpora(connection, corpora))
        if folds:
            splits.require_folds(folds, len(members.people))
        drawn = split_drawing.draw(members, seed)
        if with_notebook:
            drawn.append(split_drawing.draw_notebook(members, _paths(connection)))
        if with_final:
            drawn.append(split_drawing.draw_final(members, drawn[0]))
        repeated = split_drawing.draw_folds(members, folds, repeats) if folds else []
        stored = {
            split.definition.strategy: store_split(connection, members, split.assigned, split.definition)
            for split in drawn
        }
        is_new = any(was_new for _, was_new in stored.values())
        for fold in (fold for repeat in repeated for fold in repeat):
            is_new |= store_split(connection, members, fold.assigned, fold.definition)[1]
        split_ids = {strategy: split_id for strategy, (split_id, _) in stored.items()}
        is_stale = get_setting(connection, SettingKey.MATERIALIZED_SPLIT) != split_ids["by_person"]
        if is_stale:
            replace_split_tables(connection, reader.frozen_split(connection, split_ids["by_person"]))
        step.remark = ", ".join(split_ids.values()) if is_new or is_stale else "unchanged"
    _say_notes([*drawn, *(repeat[-1] for repeat in repeated[:1])], members)
    return split_ids


def _paths(connection: Connection) -> dict[str, str]:
    """Return the path of every photograph by its id."""
    photographs = reader.query_frame(connection, "catalogue/select_known_photos")
    return dict(photographs.select("image_id", "path").iter_rows())


def _say_notes(drawn: Sequence[DrawnSplit], members: Members) -> None:
    for split in (split for split in drawn if split.definition.strategy != FINAL):
        for note in split_drawing.notes(split, members):
            console.say(f"      {note}.", style="yellow")


def require_folds(home: Home, corpora: Sequence[str], folds: int) -> None:
    """Raise `StoreError` if `folds`, unless 0, are more than the active people of these corpora, or too few."""
    if folds:
        splits.require_folds(folds, count_people(home, corpora))


def count_people(home: Home, corpora: Sequence[str]) -> int:
    """Return the number of people with active photographs in these corpora."""
    with open_work(home) as connection:
        return reader.query_frame(connection, "splits/select_people", {"corpora": list(corpora)}).height
