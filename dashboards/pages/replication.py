"""The page of the replication: figures of the 2022 notebook, reported, reproduced and corrected, and its findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from affect_store.dashboards import formatting
from affect_store.dashboards.figures import replication
from affect_store.dashboards.figures.replication import NOTEBOOK, PUBLISHED, Reproduced, Runs
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages.render import Site, html
from affect_store.store.reported_2022 import AT_CHANCE, INDISTINGUISHABLE, REPORTED, TEST_ORDER, ReportedFigures
from affect_store.store.vocabulary import PARTS

HREF = "replication.html"
NOT_REPORTED, NOT_RUN = "not reported", "not run"
_ROWS = {
    "epochs": "Epochs",
    "train_accuracy": "Training accuracy, last epoch",
    "val_accuracy": "Validation accuracy, last epoch",
    "val_auc": "Validation ROC AUC, last epoch",
    "best": "Best validation accuracy (epoch)",
    "first_losses": "Training loss, first epochs",
    "last_loss": "Training loss, last epoch",
    "test": "Test accuracy (95 % interval)",
}


def has_any(frames: Frames) -> bool:
    """Return whether a system of the notebook was trained in its recipe."""
    return any(recipe == PUBLISHED for _, recipe, _ in replication.reproduced(frames.leaderboard, frames.epochs))


def page(frames: Frames, site: Site) -> str:
    """Render replication.html."""
    runs = replication.reproduced(frames.leaderboard, frames.epochs)
    content = {
        "title": "Replication of the 2022 notebook",
        "href": HREF,
        "lead": "What a course notebook of 2022 reported about its six systems, beside what they reach here: as "
        "published, with the notebook's slips, and corrected; on its split by photograph, and on unseen people.",
        "remarks": _remarks(frames, runs),
        "figure": replication.validation_accuracy(runs, frames.titles),
        "head": ("Figure", "Reported in 2022", *(replication.COLUMNS[column] for column in replication.columns(runs))),
        "systems": [(frames.title(model), _table(model, runs)) for model in REPORTED],
        "findings": _findings(frames, runs),
    }
    return html("replication.html.j2", site=site, page=content)


def _remarks(frames: Frames, runs: Runs) -> list[str]:
    remarks = []
    if not frames.is_rafd:
        remarks.append(
            "The photographs of this store are not those of the Radboud Faces Database, so its figures need not agree "
            "with the reported ones. The command affect replicate --images FOLDER replicates the notebook on RaFD."
        )
    if not any(strategy == NOTEBOOK for _, _, strategy in runs):
        remarks.append("The split of the notebook was not drawn here: affect replicate draws it and trains on it.")
    short = [
        f"{frames.title(model)} {run.n_epochs} of {REPORTED[model].n_epochs}"
        for (model, recipe, _), run in runs.items()
        if recipe == PUBLISHED and run.n_epochs < (REPORTED[model].n_epochs or 0)
    ]
    if short:
        remarks.append(
            f"Trained for fewer epochs than in 2022: {', '.join(dict.fromkeys(short))}. The command affect replicate "
            "trains all."
        )
    return remarks


def _table(model: str, runs: Runs) -> list[tuple[str, ...]]:
    cells = [_reported_cells(REPORTED[model])]
    for recipe, strategy in replication.columns(runs):
        run = runs.get((model, recipe, strategy))
        cells.append(_cells(run) if run else dict.fromkeys(_ROWS, NOT_RUN))
    return [(title, *(column[name] for column in cells)) for name, title in _ROWS.items()]


def _reported_cells(reported: ReportedFigures) -> dict[str, str]:
    best = f"{reported.best_val_accuracy:.4f} ({reported.best_epoch})" if reported.best_val_accuracy else NOT_REPORTED
    return {
        "epochs": NOT_REPORTED if reported.n_epochs is None else str(reported.n_epochs),
        "train_accuracy": _four(reported.train_accuracy),
        "val_accuracy": _four(reported.val_accuracy),
        "val_auc": _four(reported.val_auc),
        "best": best,
        "first_losses": ", ".join(map(_loss, reported.first_losses)) or NOT_REPORTED,
        "last_loss": NOT_REPORTED if reported.last_loss is None else _loss(reported.last_loss),
        "test": NOT_REPORTED,
    }


def _cells(run: Reproduced) -> dict[str, str]:
    limits = formatting.interval(run.test_low, run.test_high)
    return {
        "epochs": str(run.n_epochs),
        "train_accuracy": formatting.share(run.train_accuracy, 4),
        "val_accuracy": formatting.share(run.val_accuracy, 4),
        "val_auc": formatting.share(run.val_auc, 4),
        "best": f"{run.best_val_accuracy:.4f} ({run.best_epoch})",
        "first_losses": ", ".join(map(_loss, run.first_losses)),
        "last_loss": _loss(run.last_loss),
        "test": formatting.share(run.test_accuracy, 4) + (f" ({limits})" if limits else ""),
    }


def _four(value: float | None) -> str:
    return NOT_REPORTED if value is None else f"{value:.4f}"


def _loss(value: float) -> str:
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.3f}"


def _findings(frames: Frames, runs: Runs) -> list[tuple[str, str, str]]:
    """Return rows of a finding, as reported and as reproduced on the notebook's split."""
    own = {name: runs[name, PUBLISHED, NOTEBOOK] for name in REPORTED if (name, PUBLISHED, NOTEBOOK) in runs}
    first, second = INDISTINGUISHABLE
    return [
        (
            "Order on the test part, lowest first",
            ", ".join(map(frames.title, TEST_ORDER)),
            ", ".join(
                f"{frames.title(name)} {own[name].test_accuracy:.2f}"
                for name in sorted(set(TEST_ORDER) & set(own), key=lambda name: own[name].test_accuracy)
            )
            or NOT_RUN,
        ),
        (
            "At the level of chance",
            " and ".join(map(frames.title, AT_CHANCE)),
            ", ".join(_against_chance(frames.title(name), own[name]) for name in AT_CHANCE if name in own) or NOT_RUN,
        ),
        (f"{frames.title('mm1')} confuses", f"{first} and {second}", _confused(frames, own)),
    ]


def _against_chance(title: str, run: Reproduced) -> str:
    limits = formatting.interval(run.test_low, run.test_high)
    return f"{title} {run.test_accuracy:.3f}{f' ({limits})' if limits else ''}, chance {run.chance:.3f}"


def _confused(frames: Frames, own: Mapping[str, Reproduced]) -> str:
    """Return the shares of each of the two emotions that MM1 takes for the other in the test part."""
    board = frames.leaderboard
    is_mm1 = (pl.col("model") == "mm1") & (pl.col("recipe") == PUBLISHED) & (pl.col("strategy") == NOTEBOOK)
    run_ids = board.filter(is_mm1)["run_id"].to_list()
    if "mm1" not in own or not run_ids:
        return NOT_RUN
    tested = frames.confusion.filter(pl.col("run_id").is_in(run_ids) & (pl.col("part") == PARTS[-1]))
    shares = []
    for truth, predicted in (INDISTINGUISHABLE, INDISTINGUISHABLE[::-1]):
        rows: dict[str, Any] = dict(tested.filter(pl.col("truth") == truth).select("predicted", "n").iter_rows())
        share = formatting.share(rows.get(predicted, 0) / sum(rows.values()) if rows else None)
        shares.append(f"{truth} taken for {predicted}: {share}")
    return ", ".join(shares)
