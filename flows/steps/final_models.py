"""Final models: which systems to train on everybody, and by which run by person."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from affect_store.flows.runtime import console
from affect_store.flows.steps import promotions
from affect_store.flows.steps.feature_services import current_views
from affect_store.flows.steps.promotions import System
from affect_store.flows.steps.run_records import mark_requested
from affect_store.flows.steps.run_specs import RunSpec, TrainingRequest
from affect_store.flows.steps.trained_model import alone_first
from affect_store.models.systems import CORRECTED, SOFT_LABELS, SYSTEMS
from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.reader import FrozenSplit
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError
from affect_store.store.extensions.own_model import OwnModel
from affect_store.store.extensions.own_view import OWN_VALUES
from affect_store.store.features.scalar_views import SCALAR_VIEW_BY_NAME
from affect_store.store.home import Home


def systems_to_train(home: Home, corpora: Sequence[str], models: Sequence[str], recipe: str | None) -> list[System]:
    """Return the systems of final models: those named, in the corrected recipe unless another is given, else the
    champion of each of these corpora, else the best of the leaderboard; with a recipe, only those in it.

    Raises `UnknownNameError` for an unknown model or recipe, and `StoreError` if none is named and none is trained.
    """
    if models:
        return TrainingRequest(models, recipe or CORRECTED).chosen
    with open_work(home) as connection:
        champions = [promotions.champion_of(connection, corpus) for corpus in corpora]
        ranked = alone_first(reader.query_frame(connection, "registry/select_trained_systems"))
    trained = ranked.select("model", "recipe").rows()
    trained = [system for system in trained if system[0] in SYSTEMS]  # others are of extensions that are not loaded
    champions = [champion for champion in champions if champion and champion[0] in SYSTEMS]
    promoted = [champion for champion in dict.fromkeys(champions) if champion and recipe in (None, champion[1])]
    trained = [system for system in trained if recipe in (None, system[1])]
    if not promoted and not trained:
        of_recipe = f" in the recipe {recipe}" if recipe else ""
        raise StoreError(f"no model is trained{of_recipe} yet: `affect run` or `affect train` trains models")
    return promoted or trained[:1]


def systems_without_basis(home: Home, systems: Sequence[System]) -> list[System]:
    """Return those of the systems that have no completed run by person on the current split, of a user's own models
    with the present code and features."""
    with open_work(home) as connection:
        bases = _bases(connection)
    return [system for system in systems if system not in bases]


def request_final(home: Home, systems: Sequence[System]) -> tuple[list[RunSpec], int]:
    """Mark the final models of these systems as requested; returns those to train, in order, and how many are trained.

    A system that could not be trained by person is left out, and said so, since nothing says how good its final model
    would be. Raises `StoreError` if the photographs have no split that trains on everybody.
    """
    with open_work(home) as connection:
        split_id = reader.query_frame(connection, "splits/select_final_split")["split_id"]
        if split_id.is_empty():
            raise StoreError("the photographs have no split that trains on everybody; run `affect train --final` again")
        split, bases = reader.frozen_split(connection, split_id[0]), _bases(connection)
        for system in systems:
            if system not in bases:
                console.say(
                    f"  Left out: {'.'.join(system)} could not be trained by person, so nothing says how good its "
                    "final model would be; `affect runs` shows why",
                    style="yellow",
                )
        specs = [_spec(connection, split, bases, bases[system]) for system in systems if system in bases]
    return mark_requested(home, specs)


def _bases(connection: Connection) -> dict[System, dict[str, Any]]:
    """Return the runs by person by system; of a user's own models only those of the present code and features, and
    with their folds only if these are, too."""
    rows = reader.query_frame(connection, "registry/select_bases").rows(named=True)
    current = current_views(connection)
    bases = {}
    for row in rows:
        declared = SYSTEMS[row["model"]].declaration if row["model"] in SYSTEMS else None
        if declared is not None:
            if not _is_present(declared, [row["code"]], row["feature_versions"], current):
                continue
            if not _is_present(declared, row["folds_codes"] or [], row["folds_versions"], current):
                row["folds_run_id"] = None
        bases[row["model"], row["recipe"]] = row
    return bases


def _is_present(
    declared: OwnModel, codes: Sequence[str | None], versions: str | None, current: Mapping[str, tuple[str, str]]
) -> bool:
    """Whether a run was trained with the present code of a model and the present versions of the features that splits
    do not freeze."""
    recorded = json.loads(versions or "{}")
    further = [name for name in recorded if current.get(name, ("", ""))[0] in (OWN_VALUES, *SCALAR_VIEW_BY_NAME)]
    return list(codes) == [declared.identity] and all(recorded[name] == current[name][1] for name in further)


def _spec(
    connection: Connection, split: FrozenSplit, bases: dict[System, dict[str, Any]], basis: dict[str, Any]
) -> RunSpec:
    """Return the final model of a run by person, with the same seed and options; its members, if it averages any, have
    those that the run averages as their bases."""
    parameters, current = json.loads(basis["parameters"]), bases.get((basis["model"], basis["recipe"]))
    ratings_at = None
    if basis["recipe"] == SOFT_LABELS:
        rated = reader.query_frame(connection, "catalogue/select_time_of_ratings")
        ratings_at = dict(rated.select("split_id", "known_at").iter_rows()).get(split.split_id)
    members = [
        reader.query_frame(connection, "registry/select_run", {"run_id": member["run_id"]}).row(0, named=True)
        for member in parameters.get("members", ())
    ]
    return RunSpec(
        basis["model"], basis["recipe"], split, basis["seed"], parameters.get("epochs_cap"),
        parameters.get("is_repeatable", True),
        tuple(_spec(connection, split, bases, member) for member in members), ratings_at=ratings_at,
        basis=basis["run_id"],
        calibration=current["folds_run_id"] if current and current["run_id"] == basis["run_id"] else None,
    )  # fmt: skip
