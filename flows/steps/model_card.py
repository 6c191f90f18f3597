"""The card of a trained model: description, training data, metrics, intended use and limits.

Its sections follow Mitchell et al. 2019, "Model cards for model reporting", arXiv 1810.03993.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import polars as pl

from affect_store.flows.steps.run_execution import Outcome
from affect_store.flows.steps.run_specs import RunSpec
from affect_store.models.systems import RELATIVE, SYSTEMS
from affect_store.store.engine import write
from affect_store.store.engine.code_version import code_version
from affect_store.store.publication.data_card import MISUSES, USES, limits
from affect_store.store.publication.markdown import table
from affect_store.store.sources.layouts import RENDERED
from affect_store.store.vocabulary import RATING_METRICS

CARD = "README.md"
SHOWN = (
    "accuracy", "accuracy_all", "balanced_accuracy", "macro_f1", "cohen_kappa", "matthews_correlation", "roc_auc",
    "log_loss", "log_loss_scaled", "brier_score_scaled", "calibration_error_scaled",
    "calibration_error_if_perfect_scaled",
)  # fmt: skip
IF_PERFECT = (
    "`calibration_error_if_perfect_scaled` is the calibration error that a perfectly calibrated model with the same "
    "confidences would show on as many photographs: it is above 0, too, and the larger the fewer photographs there are."
)
RELATIVE_TO_THE_PERSON = (
    "A prediction depends on which photographs of the person are predicted with it: a face is read relative to the "
    "mean and the size of the movements in all of them. They should show many expressions: of photographs that all "
    "show one emotion, most of it is removed."
)
HEADINGS = ("value", "95 % interval over people", "photographs", "people")
ETHICS = (
    "The emotion categories are posed, not felt: the model predicts which expression a person was asked to show, on "
    "photographs like those of its training set. It does not measure what anybody feels, and must not take part in "
    "decisions about people. The model was trained on the faces of real or synthetic people: if one of them withdraws "
    "consent, `affect forget` removes this folder."
)


def card(
    spec: RunSpec, outcome: Outcome, metrics: pl.DataFrame | None, parts: pl.DataFrame, origins: Collection[str] = ()
) -> str:
    """Return the card as Markdown; `parts` has the numbers of photographs and people of each part of the split, and
    `origins` are those of its corpora."""
    system = SYSTEMS[spec.model]
    sections = [
        ("Model", _model(spec, outcome)),
        ("Data", _data(spec, parts)),
        *_coefficients(outcome),
        *_results(spec, metrics),
        ("Intended use", f"{USES}\n\n{MISUSES}"),
        ("Limits", limits(origins, is_rated=bool(_human_raters(metrics)))),
        ("Ethics", ETHICS),
    ]
    head = f"# {system.title}, {spec.recipe} recipe\n\n{system.description.capitalize()}. Run `{spec.run_id}`."
    head += "".join(f"\n\n**{warning}**" for warning in _warnings(spec, origins))
    return "\n\n".join([head, *(f"## {title}\n\n{text.strip()}" for title, text in sections)]) + "\n"


def _results(spec: RunSpec, metrics: pl.DataFrame | None) -> list[tuple[str, str]]:
    """Return the sections about results; of a final model, those of its basis."""
    test, groups = "Metrics on the test part", "Groups of people"
    if spec.basis is not None:
        test, groups = f"{test} of run {spec.basis}", f"{groups} in run {spec.basis}"
    return [(test, _metrics(metrics)), (groups, _groups(metrics)), *_human_raters(metrics)]


def _warnings(spec: RunSpec, origins: Collection[str]) -> list[str]:
    """Return what a reader must know before the scores."""
    warnings = []
    if spec.basis is not None:
        warnings.append(
            "Final model: everybody is in its training part, so it has no accuracy of its own. Runs of the same system "
            f"on people that they were not trained on say how good it is: run {spec.basis}, whose results follow, and "
            "the folds. Its number of epochs comes from that run, and its temperature from the folds or that run."
        )
    if spec.split.strategy == "by_image":
        warnings.append(
            "Split by image: the people of the test part are in the training part, too. The scores below include this "
            "leak and do not estimate the accuracy on new people."
        )
    if RELATIVE in SYSTEMS[spec.model].inputs:
        warnings.append(RELATIVE_TO_THE_PERSON)
    if RENDERED in origins:
        warnings.append("Rendered people: this model was trained and tested on photographs of people who do not exist.")
    return warnings


def _classes(spec: RunSpec) -> str:
    """'eight emotions', or 'eight emotions and bored, pained'."""
    further = spec.split.classes.further
    return f"eight emotions and {', '.join(further)}" if further else "eight emotions"


def _model(spec: RunSpec, outcome: Outcome) -> str:
    parameters = outcome.parameters
    properties = {
        "inputs": ", ".join(SYSTEMS[spec.model].inputs),
        "output": f"a probability for each of {_classes(spec)}, calibrated by dividing the logits by the temperature",
        "temperature": f"{parameters.get('temperature', 1.0):.3f}",
        "seed": spec.seed,
        "epochs": len(outcome.epochs) or None,
        "number of epochs from": f"run {spec.basis}" if spec.basis else None,
        "temperature from": f"run {spec.calibration or spec.basis}" if spec.basis else None,
        "members": ", ".join(member["model"] for member in parameters.get("members", ())) or None,
        "settings": write.as_json(parameters["settings"]) if "settings" in parameters else None,
        "libraries": ", ".join(f"{name} {version}" for name, version in spec.libraries.items()),
        "code": code_version(),
    }
    return table(("", ""), _without_empty(properties.items()))


def _data(spec: RunSpec, parts: pl.DataFrame) -> str:
    properties = {
        "split": f"{spec.split.split_id} ({spec.split.strategy})",
        "as of": f"{spec.split.as_of:%Y-%m-%d %H:%M:%S} UTC",
        "fingerprint": spec.split.fingerprint,
        "service": spec.service,
        "feature versions": ", ".join(f"{name} {version}" for name, version in spec.versions.items()),
    }
    return f"{table(('', ''), _without_empty(properties.items()))}\n{table(parts.columns, parts.rows())}"


def _coefficients(outcome: Outcome) -> list[tuple[str, str]]:
    """Return the section with the coefficients of a system that records them, by feature and class."""
    by_class = outcome.parameters.get("coefficients")
    if not by_class:
        return []
    names = list(next(iter(by_class.values())))
    rows = [[f"`{name}`", *(f"{column[name]:+.2f}" for column in by_class.values())] for name in names]
    text = "What a standard deviation of each feature, in the training part, adds to the score of each class."
    return [("Coefficients", f"{text}\n\n{table(['feature', *by_class], rows)}")]


def _without_empty(rows: Iterable[tuple[str, object]]) -> list[tuple[str, object]]:
    return [(name, value) for name, value in rows if value is not None]


def _metrics(metrics: pl.DataFrame | None) -> str:
    if metrics is None:
        return "None."
    whole = metrics.filter(part="test", slice="all").filter(pl.col("metric").is_in(SHOWN))
    rows = table(("metric", *HEADINGS), [(row["metric"], *_values(row)) for row in whole.rows(named=True)])
    return f"{rows.rstrip()}\n\n{IF_PERFECT}"


def _groups(metrics: pl.DataFrame | None) -> str:
    if metrics is None:
        return "None."
    is_group = pl.col("slice").str.contains(r"^(sex|population|age)=")
    groups = metrics.filter(pl.col("part") == "test", pl.col("metric") == "accuracy", is_group)
    headings = ("group", "accuracy", *HEADINGS[1:])
    return table(headings, [(row["slice"], *_values(row)) for row in groups.rows(named=True)])


def _human_raters(metrics: pl.DataFrame | None) -> list[tuple[str, str]]:
    """Return the section about photographs with ratings by people; none if there are no such metrics."""
    if metrics is None:
        return []
    rated = metrics.filter(pl.col("metric").is_in(RATING_METRICS), part="test", slice="all")
    rows = [(row["metric"], *_values(row)) for row in rated.rows(named=True)]
    return [("Human raters of the test part", table(("metric", *HEADINGS), rows))] if rows else []


def _values(row: dict[str, object]) -> Sequence[object]:
    interval = None if row["low"] is None else f"{row['low']:.3f} to {row['high']:.3f}"
    value = None if row["value"] is None else f"{row['value']:.3f}"
    return value, interval, row["n_images"], row["n_people"]
