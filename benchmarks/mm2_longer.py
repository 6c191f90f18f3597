"""Train MM2 longer than the 50 epochs of the 2022 notebook, which closed with the wish to do so.

    .venv/bin/python benchmarks/mm2_longer.py --place DIR [--people 24] [--epochs 50,100,200]

Renders people, replicates MM2 on the split of the notebook (by image) and by person, and trains it again on the rows of
both splits for each number of epochs, everything else as in the published recipe. Prints the validation accuracy that
the notebook reported (last and best epoch) and the test accuracy with its 95 % interval over people. No goal: whatever
comes of it is the result. A GPU or patience: an epoch with 864 photographs takes about three seconds on two cores. The
same command with the same `--place` renders and replicates nothing twice.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.flows.steps.run_execution import rows_of
from affect_store.flows.steps.run_specs import RunSpec
from affect_store.models.evaluation import metrics
from affect_store.models.intervals import SHARE, interval
from affect_store.models.settings import settings
from affect_store.models.systems import PUBLISHED
from affect_store.models.training.fit import FitOptions, fit
from affect_store.models.training.fitted import FittedSystem
from affect_store.models.training.predict import predict
from affect_store.store.engine import reader
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home

AFFECT = [sys.executable, "-c", "from affect_store.flows.cli.app import main; main()"]
SYSTEM, SEED = "mm2", 7
STRATEGIES = ("notebook", "by_person")


def main() -> int:
    """Render, replicate, train and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--place", type=Path, required=True, help="folder of the photographs and the home")
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument("--epochs", default="50,100,200", help="numbers of epochs, separated by commas")
    options = parser.parse_args()
    folder, home = options.place / "people", Home(options.place / "home")
    affect("people", str(folder), "--people", str(options.people), "--version", "1")
    affect("replicate", "--images", str(folder), "--home", str(home.root), "--models", SYSTEM)
    for spec in specs(home):
        for epochs in map(int, options.epochs.split(",")):
            print(trained(home, spec, epochs), flush=True)
    return 0


def affect(*arguments: str) -> None:
    """Run a command in the terminal. Raises `CalledProcessError` if it fails."""
    subprocess.run([*AFFECT, *arguments], check=True)


def specs(home: Home) -> list[RunSpec]:
    """Return the replicated runs: on the split of the notebook, and by person."""
    with open_work(home) as connection:
        newest = reader.query_frame(connection, "splits/select_newest_splits")["split_id"]
        splits = [reader.frozen_split(connection, split_id) for split_id in newest]
    return [RunSpec(SYSTEM, PUBLISHED, split, SEED) for split in splits if split.strategy in STRATEGIES]


def trained(home: Home, spec: RunSpec, epochs: int) -> str:
    """Train for this number of epochs; returns a line with the results."""
    rows = rows_of(home, spec)
    longer = replace(settings(SYSTEM, PUBLISHED), epochs=epochs)
    started = time.monotonic()
    fitted = fit(SYSTEM, PUBLISHED, rows["train"], rows["validate"], FitOptions(SEED, settings=longer))
    duration_s = time.monotonic() - started
    return f"{spec.split.strategy:10} {epochs:4} epochs, {duration_s:5.0f} s: {scores(home, spec, fitted)}"


def scores(home: Home, spec: RunSpec, fitted: FittedSystem) -> str:
    """Return the scores of a network in words."""
    with open_work(home) as connection:
        labels = reader.split_rows(connection, spec.split).filter(part="test").select("image_id", "subject_id", "label")
    tested = predict(fitted, rows_of(home, spec)["test"]).join(labels, on="image_id")
    limits = interval(metrics.accuracy(metrics.predictions_from(tested)), tested["subject_id"].n_unique(), SHARE)
    has_limits = limits.low is not None and limits.high is not None
    span = f"{limits.low:.3f} to {limits.high:.3f}" if has_limits else limits.method
    accuracy = (tested["predicted"] == tested["label"]).sum() / len(tested)
    validated = [row["val_accuracy"] for row in fitted.epochs]
    best = max(range(len(validated)), key=validated.__getitem__)
    return (
        f"training loss {fitted.epochs[-1]['loss']:.3f}, validation accuracy {validated[-1]:.4f} "
        f"(best {validated[best]:.4f}, epoch {best + 1}), "
        f"test accuracy {accuracy:.3f} ({span})"
    )


if __name__ == "__main__":
    sys.exit(main())
