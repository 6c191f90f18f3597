"""What the views and table macros of a store are, and what each of their columns means.

A column that has the name and the meaning of a table's column takes its words from `fields`; the others are told here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from store.tables.duck import Connection, quoted, sql
from store.tables.fields import FIELDS, Field

_COUNTED = "photographs that were counted"
_SPLIT = "strategy of the split: by_person, by_image, or folds pooled"

OF_VIEWS: dict[str, dict[str, str]] = {
    "leaderboard": {
        "split": _SPLIT,
        "accuracy": "share of right predictions among the test photographs that the run can score",
        "accuracy_low": "lower end of the accuracy's 95 % interval over people; NULL from fewer than five",
        "accuracy_high": "upper end of the accuracy's 95 % interval over people; NULL from fewer than five",
        "accuracy_all": "accuracy where a test photograph that cannot be scored counts as wrong",
        "chance": "accuracy of always naming the most frequent emotion",
        "macro_f1": "F1 score, mean over the emotions",
        "roc_auc": "area under the ROC curve, one emotion against the rest, mean over the emotions",
        "log_loss": "cross-entropy of the predicted probabilities, nats",
        "calibration_error": "mean distance of confidence and accuracy over bins of confidence (Guo et al. 2017)",
        "n_train": "photographs of the training part that the run can score",
        "n_images": "test photographs behind the scores",
        "n_people": "test people behind the scores",
        "epochs": "epochs that were trained",
        "letters": "of its split, runs that share a letter cannot be told apart; NULL where no pair was tested",
        "log_loss_scaled": "the same with the probabilities at the run's temperature, nats",
        "calibration_error_scaled": "the same with the probabilities at the run's temperature",
        "largest_gap": "greatest difference in accuracy between two groups of people, among sex, population and age",
        "gap_factor": "by what these two groups differ",
        "gap_low": "lower end of the gap's 95 % interval over people",
        "gap_high": "upper end of the gap's 95 % interval over people",
        "gap_between": "the two groups",
        "n_runs": "completed runs of the system: seeds and repeats",
        "least_accuracy": "lowest accuracy among them",
        "greatest_accuracy": "highest accuracy among them",
        "accuracy_sd": "standard deviation of their accuracies; NULL of one",
        "note": "what could not be done, in a sentence",
    },
    "confusion": {
        "split": _SPLIT,
        "truth": "true emotion",
        "predicted": "predicted emotion",
        "n": _COUNTED,
        "share": "of the run's photographs of this part and true emotion",
    },
    "hardest_images": {
        "n_runs": "by_person runs of the leaderboard that scored it",
        "share_wrong": "share of these runs that got it wrong",
    },
    "coverage": {
        "image_id": "the photograph in the cell; NULL where there is none",
        "status": "ok, or why the cell cannot be used in full",
        "has_photograph": "whether there is a photograph",
        "has_face": "whether its landmarks count today",
        "has_frontal_unit": "whether its delta against the frontal neutral face counts today",
        "has_aligned": "whether its aligned delta counts today",
    },
    "critical_difference": {
        "split": _SPLIT,
        "accuracy": "share of right predictions among the test photographs that the run can score",
        "statistic": "Friedman's statistic over all systems of the split",
        "p": "p value of Friedman's test: whether any systems differ",
        "n_people": "test people behind the ranks",
    },
    "reliability": {
        "is_scaled": "whether the probabilities are at the run's temperature",
        "bin": "fifteenth of the confidence's range, from 0",
        "n_images": "photographs whose confidence lies in the bin",
        "confidence": "mean of their greatest probabilities",
        "accuracy": "share of them that is predicted rightly",
    },
    "fairness": {
        "split": _SPLIT,
        "factor": "what groups the people: sex, population or age",
        "level": "the group",
        "n_images": "test photographs of the group",
        "n_people": "test people of the group",
    },
    "lineage": {
        "photograph_sha256": "sha256 of the photograph's bytes: its image_id",
        "made_by": "the run whose weights made the prediction: of pooled folds that of the fold that tested it",
        "reference_sha256": "the photograph that its delta was taken against; NULL where the run uses no deltas",
        "split": _SPLIT,
        "split_fingerprint": FIELDS["fingerprint"].meaning,
        "known_at": FIELDS["as_of"].meaning,
    },
    "feature_stats": {
        "n_images": "photographs behind the statistics",
        "min": FIELDS["least"].meaning,
        "max": FIELDS["greatest"].meaning,
    },
    "features.current": {"since": "from when on this version counts"},
    "features.present": {"created_at": "when the row that counts today was stored"},
    "features.absent": {"created_at": "from when on this is so"},
    "splits.current": {},
    "splits.folds": {},
    "registry.current": {},
    "quality.current": {"stage": "what it looked at: rows, splits, features (both at once) or results"},
    "registry.systems": {"n_runs": "completed runs of the system: seeds and repeats"},
}
"""Columns of each view whose meaning is not that of a table's column of the same name."""

_GRAIN = re.compile(r"\A((?:--[^\n]*\n)+)")
_VIEW = re.compile(r"VIEW (\S+) AS")
_MACRO = re.compile(r"MACRO (\S+)\(([^)]*)\) AS TABLE")


@dataclass(frozen=True)
class Macro:
    """A table macro: how it is called, and what one row of its result is."""

    name: str
    parameters: tuple[str, ...]
    grain: str


def grain(statement: str) -> str:
    """The comment at the head of a statement, on one line."""
    found = _GRAIN.match(statement)
    lines = found[1].splitlines() if found else []
    return " ".join(line.removeprefix("--").strip() for line in lines)


def views() -> dict[str, str]:
    """Every view, as SQL writes its name, with its grain."""
    return {found[1]: grain(one) for one in _statements("view_") if (found := _VIEW.search(one))}


def macros() -> list[Macro]:
    """Every table macro."""
    matches = [(one, _MACRO.search(one)) for one in _statements("macro_")]
    return [Macro(found[1], tuple(found[2].split(", ")), grain(one)) for one, found in matches if found]


def _statements(beginning: str) -> list[str]:
    names = (path.name for path in files("store.tables").joinpath("sql").iterdir())
    return [sql(name.removesuffix(".sql")) for name in sorted(names) if name.startswith(beginning)]


def comment(connection: Connection) -> None:
    """Let every view of a store, its columns and every macro carry their meaning as a comment."""
    for name, told in views().items():
        connection.execute(f"COMMENT ON VIEW {name} IS {quoted(told)}")
        for column, *_ in connection.execute(f"DESCRIBE {name}").fetchall():
            connection.execute(f'COMMENT ON COLUMN {name}."{column}" IS {quoted(meaning(name, column))}')
    for one in macros():
        connection.execute(f"COMMENT ON MACRO TABLE {one.name} IS {quoted(one.grain)}")


def meaning(view: str, column: str) -> str:
    """What a column of a view means. Raises `KeyError` for one that nobody has described."""
    told = OF_VIEWS[view]
    return told[column] if column in told else FIELDS[column].meaning


def short_type(sql_type: str) -> str:
    """DuckDB's name of a type, shorter where it has a shorter one."""
    return sql_type.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")


def values_of(one: Field) -> str:
    """The words or the range of a column's values."""
    if one.words:
        return ", ".join(one.words)
    if one.low is not None and one.high is not None:
        return f"{one.low:g} to {one.high:g}"
    return f"from {one.low:g}" if one.low is not None else ""
