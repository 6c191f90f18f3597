"""Measure errors by person against the passes behind the landmarks, the mesh, and the references of the deltas.

    .venv/bin/python benchmarks/passes.py --place DIR [--people 24] [--seed 4711] [--models lda,vector_mlp,ensemble]
        [--passes 1,3,7,14] [--meshes plain,attention] [--references one,mean] [--averages mean]

Renders people of a seed that nothing was chosen with, and for each combination finds the landmarks, computes the deltas
and trains each system on folds by person. Prints a line per combination and system: accuracy with its 95 % interval
over people, the error relative to a single plain pass with one reference, and the time per photograph in one process.
Goal: the error of LDA with 7 passes, the attention mesh and mean references (`CHOSEN`, always measured) is at most 0.4
of that error. The default of `affect run` is still the baseline, one plain pass with one reference. The same command
with the same `--place` renders, extracts and trains nothing twice; times are measured again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.flows.steps.audit_state import TRAINED_ON, record_audited
from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.extraction import materialize_landmarks
from affect_store.flows.steps.run_execution import execute
from affect_store.flows.steps.run_records import record_run, request_runs
from affect_store.flows.steps.run_specs import TrainingRequest
from affect_store.flows.steps.splits import store_splits
from affect_store.flows.steps.synthetic_corpus import render_corpus
from affect_store.models.systems import CORRECTED
from affect_store.store.engine import reader
from affect_store.store.engine.table_hashes import hash_tables
from affect_store.store.engine.work_store import open_work
from affect_store.store.features.extract import LANDMARKS, Extractor
from affect_store.store.features.feature_options import (
    ATTENTION,
    AVERAGES,
    DEFAULT_OPTIONS,
    MEAN_OF_REFERENCES,
    MESHES,
    REFERENCES,
    FeatureOptions,
    require_options,
)
from affect_store.store.home import Home
from affect_store.store.offline.splits import DEFAULT_FOLDS
from benchmarks._goals import Goal

CORPUS, BASELINE, GOAL_SYSTEM = "unseen", DEFAULT_OPTIONS, "lda"
CHOSEN = FeatureOptions(passes=7, mesh=ATTENTION, references=MEAN_OF_REFERENCES)
"""The candidate that the goal compares with the baseline."""

LARGEST_RATIO = 0.4
TIMED_PHOTOGRAPHS = 48


@dataclass(frozen=True)
class Score:
    """The accuracy of a system over all people, each predicted by models of others, with its 95 % interval."""

    accuracy: float
    low: float | None
    high: float | None

    @property
    def error(self) -> float:
        """The share of wrong predictions."""
        return 1 - self.accuracy


def combinations(options: argparse.Namespace) -> list[FeatureOptions]:
    """Return the combinations to measure, the baseline and the candidate first, each once."""
    axes = (_numbers(options.passes), *(getattr(options, name).split(",") for name in ("meshes", "references")))
    wanted = [
        FeatureOptions(passes=passes, mesh=mesh, references=references, average=average)
        for passes, mesh, references, average in product(*axes, options.averages.split(","))
        if passes > 1 or average == BASELINE.average
    ]
    for combination in wanted:
        require_options(combination)
    return list(dict.fromkeys([BASELINE, CHOSEN, *wanted]))


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def milliseconds(folder: Path, options: FeatureOptions) -> float:
    """Return the time of a photograph in one warm process: reading, decoding and finding the landmarks."""
    photographs: list[tuple[str | None, str]] = [(None, str(path)) for path in sorted(folder.glob("Rafd090_*.jpg"))]
    with Extractor(1) as extractor:
        list(extractor.results(photographs[:1], options=options, features=[LANDMARKS]))
        started = time.perf_counter()
        timed = photographs[:TIMED_PHOTOGRAPHS]
        list(extractor.results(timed, options=options, features=[LANDMARKS]))
        return 1000 * (time.perf_counter() - started) / len(timed)


def scores(home: Home, options: FeatureOptions, models: Sequence[str], folds: int) -> Iterator[tuple[str, Score]]:
    """Materialise the features with these options, train the systems on folds by person, and yield their scores."""
    materialize_landmarks(home, options)
    materialize_deltas(home)
    store_splits(home, corpora=[CORPUS], folds=folds)
    with open_work(home) as connection:
        record_audited(connection, hash_tables(connection, TRAINED_ON))
    missing, _ = request_runs(home, TrainingRequest(models, CORRECTED), "folds")
    for spec in missing:
        record_run(home, spec, execute(home, spec))
    with open_work(home) as connection:
        current = reader.query_text(
            connection,
            "FROM registry.current AS r JOIN registry.metrics AS m USING (run_id) SELECT r.model, value, low, high "
            "WHERE r.strategy = 'folds' AND m.part = 'test' AND m.slice = 'all' AND m.metric = 'accuracy'",
        )
    for model in models:
        for _, *limits in current.filter(model=model).iter_rows():
            yield model, Score(*limits)


def main(arguments: Sequence[str] | None = None) -> int:
    """Render, measure, print, and return 1 if the goal is missed."""
    options = _parser().parse_args(arguments)
    folder, home = options.place / CORPUS, Home(options.place / "home")
    render_corpus(folder, options.people, options.seed)
    ingest_folder(folder, "rafd", CORPUS, home)
    models, folds = options.models.split(","), min(DEFAULT_FOLDS, options.people)
    errors: dict[tuple[FeatureOptions, str], float] = {}
    for combination in combinations(options):
        duration = milliseconds(folder, combination)
        for model, score in scores(home, combination, models, folds):
            errors[combination, model] = score.error
            print(_line(combination, model, score, errors[BASELINE, model], duration), flush=True)
    if GOAL_SYSTEM not in models:
        return 0
    goal = goal_of(errors[BASELINE, GOAL_SYSTEM], errors[CHOSEN, GOAL_SYSTEM])
    print(goal_line(goal))
    return 0 if goal.is_met else 1


def goal_of(baseline: float, chosen: float) -> Goal:
    """Return the ratio of the two errors with its bound; of a baseline without errors, only no errors meet it."""
    ratio = chosen / baseline if baseline else float("inf") if chosen else 0.0
    return Goal(ratio, LARGEST_RATIO)


def goal_line(goal: Goal) -> str:
    """Return the line of the goal, which names both sides of the comparison."""
    sides = f"{GOAL_SYSTEM}_error_of_{_name(CHOSEN)}_over_{_name(BASELINE)}"
    return f"goal {sides} {goal.figure:.4g} {goal.bound:.4g} {'met' if goal.is_met else 'missed'}"


def _name(options: FeatureOptions) -> str:
    return f"{options.passes}_{options.mesh}_{options.references}"


def _line(options: FeatureOptions, model: str, score: Score, baseline: float, milliseconds: float) -> str:
    span = "no interval" if score.low is None or score.high is None else f"{score.low:.3f} to {score.high:.3f}"
    ratio = f"{score.error / baseline:.2f} of the baseline's" if baseline else "the baseline has none"
    return (
        f"{options.passes:2} passes {options.average:7} {options.mesh:9} references {options.references:4} {model:10} "
        f"accuracy {score.accuracy:.4f} ({span}), error {score.error:.4f}, {ratio}, {milliseconds:.0f} ms a photograph"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--place", type=Path, required=True, help="folder of the photographs and the home")
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument("--seed", type=int, default=4711)
    parser.add_argument("--models", default="lda,vector_mlp,ensemble", help="systems, separated by commas")
    parser.add_argument("--passes", default="1,3,7,14", help="numbers of passes, separated by commas")
    parser.add_argument("--meshes", default=",".join(MESHES))
    parser.add_argument("--references", default=",".join(REFERENCES))
    parser.add_argument("--averages", default=AVERAGES[0], help=f"some of {', '.join(AVERAGES)}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
