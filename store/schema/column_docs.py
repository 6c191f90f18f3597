"""The meaning of every column of the views, and how the reference page writes types and values.

Columns that have the same name and meaning as a table's column take their meaning from `fields`.
"""

from __future__ import annotations

from affect_store.store.schema.declarations import Field
from affect_store.store.schema.fields import FIELDS

_N_IMAGES = "number of photographs"
_SPLIT = "strategy of the split: by_person, by_image, folds (pooled), or notebook"
_OF_FINALS = {
    "corpora": "corpora of the photographs that it was trained on",
    "n_people": "people that it was trained on",
    "n_images": "photographs of them",
    "basis_run_id": "run by person with the same system and seed, which gave the number of epochs and says, as the "
    "folds do, how good the model is",
}
_CROSS = {
    "trained_on": "corpora of the people in the training and validation parts, joined by ' + '",
    "tested_on": "corpora of the photographs in the test part, joined by ' + '",
}
_ACCURACY = "share of correct predictions among the test photographs that the run scored"
_MEAN = "; mean over the system's runs, as all scores and limits"

OF_VIEWS: dict[str, dict[str, str]] = {
    "leaderboard": {
        "split": _SPLIT,
        "accuracy": _ACCURACY + _MEAN,
        "accuracy_low": "lower limit of the 95 % interval of the accuracy that the trained model (for folds, the mean "
        "of their models) has on all people like those tested; NULL with fewer than five people",
        "accuracy_high": "upper limit of this interval",
        "accuracy_all": "accuracy in which a test photograph that cannot be scored counts as wrong",
        "accuracy_without_references": "accuracy on the test photographs that are not the reference of another "
        "expression's aligned delta",
        "accuracy_without_references_low": "lower limit of its 95 % interval over people",
        "accuracy_without_references_high": "upper limit of its 95 % interval over people",
        "balanced_accuracy": "mean recall of the emotions that occur (unweighted average recall)",
        "chance": "accuracy of always predicting the most frequent emotion",
        "macro_f1": "F1 score, averaged over the emotions",
        "cohen_kappa": "Cohen's kappa of predictions and true emotions: 1 if all agree, 0 if as many as by chance",
        "matthews_correlation": "Matthews correlation for several classes: 1 if all are correct, 0 by chance",
        "roc_auc": "area under the ROC curve, one emotion against the rest, averaged over the emotions",
        "log_loss": "cross-entropy of the predicted probabilities, nats",
        "calibration_error": "expected calibration error: mean difference of confidence and accuracy over bins of "
        "confidence (Guo et al. 2017)",
        "calibration_error_if_perfect": "calibration_error that a perfectly calibrated model with the same confidences "
        "would show on as many photographs",
        "brier_score": "Brier score: squared distance of the predicted probabilities from the true emotion, 0 to 2",
        "confusion_entropy": "entropy of the errors over the pairs of true and predicted emotion (56 for the eight), "
        "bits: as spread out as errors shared equally by 2^entropy pairs; NULL without errors",
        "n_train": "photographs of the training part that the run scored",
        "n_images": "test photographs behind the scores",
        "n_people": "test people behind the scores",
        "epochs": "number of epochs trained",
        "letters": "systems of a split that share a letter do not differ significantly; NULL if no pair was tested",
        "log_loss_scaled": "log_loss of the temperature-scaled probabilities, nats",
        "calibration_error_scaled": "calibration_error of the temperature-scaled probabilities",
        "calibration_error_if_perfect_scaled": "calibration_error_if_perfect of the temperature-scaled probabilities",
        "brier_score_scaled": "brier_score of the temperature-scaled probabilities",
        "largest_gap": "largest difference in accuracy between two groups of people by sex, population or age",
        "gap_factor": "factor that separates these two groups",
        "gap_low": "lower limit of the gap's 95 % interval over people",
        "gap_high": "upper limit of the gap's 95 % interval over people",
        "gap_between": "the two groups",
        "n_runs": "completed runs of the system: seeds and repeats",
        "least_accuracy": "lowest accuracy of these runs",
        "greatest_accuracy": "highest accuracy of these runs",
        "accuracy_sd": "standard deviation of their accuracies; NULL for a single run",
        "note": "why the run could not be completed",
    },
    "confusion": {
        "split": _SPLIT,
        "truth": "true emotion",
        "predicted": "predicted emotion",
        "n": _N_IMAGES,
        "share": "share of the run's photographs of this part and true emotion",
    },
    "hardest_images": {
        "n_runs": "runs on the leaderboard (by_person and folds) that scored the photograph",
        "share_wrong": "share of these runs that misclassified it",
    },
    "cross_corpus": {
        **_CROSS,
        "emotion": "emotion that the photographs show; all for every photograph",
        "accuracy": "share of these photographs that is predicted correctly, mean over the runs",
        "accuracy_low": "lower limit of the 95 % interval over people",
        "accuracy_high": "upper limit of the 95 % interval over people",
        "n_runs": "completed runs: seeds",
    },
    "unlabelled": {
        "predicted": "predicted emotion",
        "confidence": "probability of the predicted emotion, calibrated by the run's temperature",
    },
    "coverage": {
        "image_id": "photograph in the cell; NULL if there is none",
        "status": "ok, or why the cell cannot be used in full",
        "has_photograph": "whether there is a photograph",
        "has_face": "whether it currently has landmarks",
        "has_frontal_unit": "whether it currently has a delta against the person's frontal neutral face",
        "has_aligned": "whether it currently has an aligned delta",
    },
    "critical_difference": {
        "split": _SPLIT,
        "accuracy": _ACCURACY,
        "statistic": "Friedman's statistic over all systems of the split",
        "p": "p value of Friedman's test of whether any systems differ",
        "n_people": "test people behind the ranks",
    },
    "reliability": {
        "is_scaled": "whether the probabilities are temperature-scaled",
        "bin": "index, from 0, of one of 15 equal bins of confidence",
        "n_images": "photographs whose confidence is in the bin",
        "confidence": "mean of their highest predicted probabilities",
        "accuracy": "share of them that is predicted correctly",
    },
    "fairness": {
        "split": _SPLIT,
        "factor": "factor that defines the groups: sex, population or age",
        "level": "the group; people of unknown group are left out",
        "n_images": "test photographs of the group",
        "n_people": "test people of the group",
    },
    "lineage": {
        "photograph_sha256": "SHA-256 of the photograph's bytes, which is its image_id",
        "made_by": "run whose weights made the prediction; for pooled folds, the run of the fold that tested it",
        "reference_sha256": "reference photograph of its delta; NULL if the run uses no deltas",
        "split": _SPLIT,
        "split_fingerprint": FIELDS["fingerprint"].meaning,
        "known_at": FIELDS["as_of"].meaning,
    },
    "feature_stats": {
        "n_images": "photographs behind the statistics",
        "min": FIELDS["least"].meaning,
        "max": FIELDS["greatest"].meaning,
    },
    "repeatability": {},
    "features.scalar_values": {
        "numbers": "values of the columns of the view, in the order of its table",
        "created_at": "when the row was stored",
    },
    "features.rendered_units": {
        "unit": "column of the view action_unit_proxies",
        "proxy": "value of the proxy",
        "intended": "intensity with which the face was drawn",
    },
    "features.reference_counts": {"n_references": "number of references that the delta is the mean over"},
    "features.current": {"since": "when this version became the current one"},
    "features.present": {"created_at": "when the current row was stored"},
    "features.absent": {"created_at": "when this was recorded"},
    "splits.current": {},
    "splits.cross_corpus": _CROSS,
    "registry.cross_corpus": _CROSS,
    "splits.folds": {},
    "registry.current": {},
    "quality.current": {"stage": "audited stage: rows, splits, features (rows and splits) or results"},
    "registry.declared": {
        "first_run_at": "when the first run that either system is made from started, with folds and the members of "
        "ensembles; NULL without a run",
        "is_latest": "whether it is the latest declaration, which counts",
        "is_before_training": "whether it was declared before the runs of both systems started",
    },
    "registry.finals": _OF_FINALS,
    "registry.systems": {"n_runs": "completed runs of the system: seeds and repeats"},
}
"""Columns of each view whose meaning differs from the table column of the same name."""


def meaning(view: str, column: str) -> str:
    """Return what a column of a view means. Raises `KeyError` if it is not described."""
    described = OF_VIEWS[view]
    return described[column] if column in described else FIELDS[column].meaning


def short_type(sql_type: str) -> str:
    """Return the shortest name that DuckDB accepts for a type."""
    return sql_type.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")


def values_of(field: Field) -> str:
    """Return the allowed values or the range of a column as text; empty if neither is fixed."""
    if field.allowed_values:
        return ", ".join(field.allowed_values)
    if field.low is not None and field.high is not None:
        return f"{field.low:g} to {field.high:g}"
    return f"from {field.low:g}" if field.low is not None else ""
