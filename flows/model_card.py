"""The card of a trained model: what it is, what it was trained on, how good it is, and what it must not be used for.

Its sections follow Mitchell et al. 2019, "Model cards for model reporting", arXiv 1810.03993.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from flows.fitting import Outcome
from flows.plans import Plan
from models.systems import SYSTEMS
from store.tables import write
from store.tables.card import LIMITS, MISUSES, USES
from store.tables.markdown import table

CARD = "README.md"
SHOWN = (
    "accuracy", "accuracy_all", "macro_f1", "roc_auc", "log_loss", "log_loss_scaled", "calibration_error_scaled",
)  # fmt: skip
ETHICS = (
    "Emotion categories are posed here, not felt: the model tells what a person was asked to show, on pictures like "
    "those of its training. It says nothing of what anybody feels, and must take no part in a decision about a person. "
    "Faces of the training people shaped it: where one of them withdraws consent, `affect forget` removes this folder."
)


def card(plan: Plan, outcome: Outcome, metrics: pl.DataFrame | None, parts: pl.DataFrame) -> str:
    """The card as Markdown."""
    system = SYSTEMS[plan.model]
    sections = [
        (f"{system.title}, {plan.recipe} recipe", f"{system.description.capitalize()}. Run `{plan.run_id}`."),
        ("Model", _model(plan, outcome)),
        ("Data", _data(plan, parts)),
        ("Metrics on the test part", _metrics(metrics)),
        ("Groups of people", _groups(metrics)),
        ("Intended use", f"{USES}\n\n{MISUSES}"),
        ("Limits", "\n".join(f"- {one}" for one in LIMITS)),
        ("Ethics", ETHICS),
    ]
    head, *others = sections
    return (
        "\n\n".join([f"# {head[0]}\n\n{head[1]}", *(f"## {title}\n\n{text.strip()}" for title, text in others)]) + "\n"
    )


def _model(plan: Plan, outcome: Outcome) -> str:
    parameters = outcome.parameters
    told = {
        "inputs": ", ".join(SYSTEMS[plan.model].inputs),
        "output": "a probability for each of eight emotions; logits over the temperature are calibrated",
        "temperature": f"{parameters.get('temperature', 1.0):.3f}",
        "seed": plan.seed,
        "epochs": len(outcome.epochs) or None,
        "members": ", ".join(one["model"] for one in parameters.get("members", ())) or None,
        "settings": write.as_json(parameters["settings"]) if "settings" in parameters else None,
        "libraries": ", ".join(f"{name} {version}" for name, version in plan.libraries.items()),
        "code": write.code_version(),
    }
    return table(("", ""), _known(told.items()))


def _data(plan: Plan, parts: pl.DataFrame) -> str:
    told = {
        "split": f"{plan.split.split_id} ({plan.split.strategy})",
        "as of": f"{plan.split.as_of:%Y-%m-%d %H:%M:%S} UTC",
        "fingerprint": plan.split.fingerprint,
        "service": plan.service,
        "feature versions": ", ".join(f"{name} {version}" for name, version in plan.versions.items()),
    }
    return f"{table(('', ''), _known(told.items()))}\n{table(parts.columns, parts.rows())}"


def _known(rows: Iterable[tuple[str, object]]) -> list[tuple[str, object]]:
    return [(name, value) for name, value in rows if value is not None]


def _metrics(metrics: pl.DataFrame | None) -> str:
    if metrics is None:
        return "None."
    whole = metrics.filter(part="test", slice="all").filter(pl.col("metric").is_in(SHOWN))
    return table(
        ("metric", "value", "95 % interval over people", "photographs", "people"), map(_row, whole.rows(named=True))
    )


def _groups(metrics: pl.DataFrame | None) -> str:
    if metrics is None:
        return "None."
    named = pl.col("slice").str.contains(r"^(sex|population|age)=")
    found = metrics.filter(pl.col("part") == "test", pl.col("metric") == "accuracy", named)
    rows = [(one["slice"], *_row(one)[1:]) for one in found.rows(named=True)]
    return table(("group", "accuracy", "95 % interval over people", "photographs", "people"), rows)


def _row(one: dict[str, object]) -> Sequence[object]:
    interval = None if one["low"] is None else f"{one['low']:.3f} to {one['high']:.3f}"
    value = None if one["value"] is None else f"{one['value']:.3f}"
    return one["metric"], value, interval, one["n_images"], one["n_people"]
