"""The runs of the small store: predictions that err as planned, and the scores that follow from them.

The scores are computed here in a few lines, so that nothing needs the libraries that train; the p values are planned.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from store.tables import read, write
from store.tables.connection import Connection, sql
from store.tables.splits import composition
from store.vocabulary import EMOTIONS, PARTS, STRATEGIES

TEST = PARTS[-1]
CODE_VERSION = "0.0.small"


@dataclass(frozen=True)
class PlannedRun:
    """A run to be made up: how often it is right, and the feature without which it cannot score a photograph."""

    model: str
    recipe: str
    strategy: str
    accuracy: float
    features: tuple[str, ...]

    @property
    def run_id(self) -> str:
        """A readable identifier."""
        return f"{self.model}-{self.recipe}-{self.strategy}"


RUNS = (
    PlannedRun("vector_mlp", "corrected", STRATEGIES[0], 0.9, ("aligned",)),
    PlannedRun("vector_mlp", "published", STRATEGIES[0], 0.3, ("frontal_unit",)),
    PlannedRun("point_mlp", "corrected", STRATEGIES[0], 0.85, ("landmarks",)),
    PlannedRun("vector_mlp", "corrected", STRATEGIES[1], 0.97, ("aligned",)),
    PlannedRun("point_mlp", "corrected", STRATEGIES[1], 0.95, ("landmarks",)),
)
EARLY = PlannedRun("vector_mlp", "corrected", STRATEGIES[0], 0.7, ("aligned",))
EARLY_ID = "early"
PLANNED_P = [0.004, 0.6, 0.03]
"""Of the pairs of by_person runs, in the order of `RUNS`: only the first is below 0.05 after Holm's adjustment."""

HARD = 3
"""So many photographs of the test part are taken for the next emotion by every by_person run."""


def store_early_run(connection: Connection, split_id: str) -> None:
    """The run on the split that held a wrong label."""
    _store(connection, EARLY, split_id, EARLY_ID)


def store_runs(connection: Connection, split_ids: dict[str, str]) -> None:
    """All planned runs on the current splits, and the comparisons of those by person."""
    for run in RUNS:
        _store(connection, run, split_ids[run.strategy], run.run_id)
    _compare(connection)


def hard_photographs(rows: pl.DataFrame) -> list[str]:
    """The photographs that every by_person run is to get wrong: the first of the test part that all can score."""
    scorable = rows.filter(pl.col("part") == TEST, pl.all_horizontal("landmarks", "frontal_unit", "aligned"))
    return scorable.sort("image_id")["image_id"].head(HARD).to_list()


def _rows(connection: Connection, split_id: str) -> pl.DataFrame:
    """Photographs of a split: image_id, part, subject_id, label and whether each feature is there."""
    split = read.frozen_split(connection, split_id)
    present = ", ".join(f"{name} IS NOT NULL AS {name}" for name in ("landmarks", "frontal_unit", "aligned"))
    statement = f"SELECT image_id, subject_id, label, $part AS part, {present} FROM ({sql('select_training_rows')})"
    return pl.concat(connection.execute(statement, {**split.parameters, "part": part}).pl() for part in PARTS)


def _store(connection: Connection, run: PlannedRun, split_id: str, run_id: str) -> None:
    rows = _rows(connection, split_id)
    scored = rows.filter(pl.all_horizontal(run.features)).with_columns(run_id=pl.lit(run_id))
    scored = scored.with_columns(truth="label", predicted=pl.Series(_predicted(run, rows, scored), dtype=pl.UInt8))
    split = read.frozen_split(connection, split_id)
    versions = {name: split.versions[name] for name in run.features}
    moment = write.now()
    row = {
        "run_id": run_id, "configuration": run_id, "model": run.model, "recipe": run.recipe, "split_id": split_id,
        "service": f"{run.model}.{run.recipe}", "service_version": composition(versions.values()),
        "feature_versions": write.as_json(versions), "seed": 7, "code_version": CODE_VERSION,
        "library_versions": write.as_json({"keras": "3"}), "started_at": moment, "requested_at": moment,
        "duration_s": 1.0, "status": "completed", "parameters": write.as_json({"epochs": 2}),
        "artifact_path": f"artifacts/{run_id}", "artifact_sha256": "0" * 64,
    }  # fmt: skip
    _append(connection, "registry.runs", pl.DataFrame([row]))
    shares = [pl.when(predicted=k).then(0.65).otherwise(0.05).alias(f"{name}_prob") for k, name in enumerate(EMOTIONS)]
    names = write.BY_NAME["registry.predictions"].columns
    _append(connection, "registry.predictions", scored.with_columns(*shares, temperature=pl.lit(1.0)).select(names))
    _append(connection, "registry.metrics", _metrics(run_id, scored))


def _predicted(run: PlannedRun, rows: pl.DataFrame, scored: pl.DataFrame) -> np.ndarray:
    """Labels: right with the planned share, the next emotion otherwise and for the hard photographs."""
    rng = np.random.default_rng(len(run.run_id))
    right = rng.random(len(scored)) < run.accuracy
    if run.strategy == STRATEGIES[0]:
        right &= ~scored["image_id"].is_in(hard_photographs(rows)).to_numpy()
    truth = scored["label"].to_numpy().astype(int)
    return np.where(right, truth, (truth + 1) % len(EMOTIONS))


def _metrics(run_id: str, scored: pl.DataFrame) -> pl.DataFrame:
    test = scored.filter(pl.col("part") == TEST)
    people = test["subject_id"].n_unique()
    shared = {"run_id": run_id, "part": TEST, "slice": "all", "n_images": len(test), "n_people": people}
    values = {"accuracy": float((test["truth"] == test["predicted"]).mean()), "chance": 1 / len(EMOTIONS)}  # type: ignore[arg-type]
    return pl.DataFrame([{**shared, "metric": name, "value": one, "method": "small"} for name, one in values.items()])


def _compare(connection: Connection) -> None:
    """Comparisons with planned p values: of the runs by person, and of those by image, which nobody should ask for."""
    rows = []
    for strategy, values in zip(STRATEGIES[:2], (PLANNED_P, [0.001]), strict=True):
        pairs = combinations([run.run_id for run in RUNS if run.strategy == strategy], 2)
        rows += [
            {"run_id": one, "other_run_id": other, "value": 0.1, "p": p, "p_adjusted": adjusted, "n_people": 9,
             "part": TEST, "slice": "all", "metric": "accuracy", "method": "planned"}
            for (one, other), p, adjusted in zip(pairs, values, holm(values), strict=True)
        ]  # fmt: skip
    _append(connection, "registry.comparisons", pl.DataFrame(rows))


def holm(values: list[float]) -> list[float]:
    """Holm's step-down adjustment (Holm 1979) of p values, in their own order."""
    order = np.argsort(values)
    adjusted = np.empty(len(values))
    running = 0.0
    for rank, place in enumerate(order):
        running = max(running, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = running
    return [float(one) for one in adjusted]


def _append(connection: Connection, table: str, rows: pl.DataFrame) -> None:
    write.append(connection, table, write.batch(table, {name: rows[name].to_list() for name in rows.columns}))
