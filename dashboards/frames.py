"""The frames that the dashboards show: one field of `Frames` per frame, with its columns and what each means.

The meaning of a column comes from `store/schema`; only columns that a frame's SQL computes are described here. Shares,
probabilities and accuracies are numbers from 0 to 1; timestamps are in UTC. Nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from affect_store.store.errors import ShapeError
from affect_store.store.schema.column_docs import meaning
from affect_store.store.schema.fields import FIELDS
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT, VECTOR_LENGTH

_PROBABILITIES = {
    "truth_prob": "predicted probability of the true emotion",
    "predicted_prob": "predicted probability of the predicted emotion",
}
_MEAN_DELTA = {
    "mean_delta": f"mean delta of the photographs, list of {VECTOR_LENGTH} floats; aligned: head frame, inter-ocular "
    "distances; frontal_unit: unit vectors in image widths and heights",
    "n": "photographs averaged",
}


def _frame(columns: str, computed: Mapping[str, str] | None = None, *, view: str | None = None) -> Any:
    """Declare a frame with these columns (separated by spaces) and the `computed` ones, which are described only here.

    The meaning of `columns` is that of the store's view `view` if one is named, else that of the tables. Raises
    `KeyError` for a column that the schema does not describe.
    """
    documented = {name: meaning(view, name) if view else FIELDS[name].meaning for name in columns.split()}
    return field(metadata={"columns": MappingProxyType(documented | dict(computed or {}))})


@dataclass(frozen=True)
class Frames:
    """Everything that the dashboards show. `COLUMNS` lists the columns of each frame with their meaning.

    `neutral` is the mean neutral face, (468, 3) float, or None if no face is known: head frame, inter-ocular distances,
    x to the right of the image, y downwards, z away from the camera. `about` describes the store (corpora, publication
    time, code version, audit) and is shown in its order. `links` maps titles of further pages to relative addresses.
    `titles` maps systems to their display names. `queries` maps frames to the SQL that returns their rows from the
    published store. `is_rafd` is true for photographs of the Radboud Faces Database, not for rendered ones.

    Raises `ShapeError` if a frame lacks a column or the face has another shape.
    """

    leaderboard: pl.DataFrame = _frame(
        "run_id model recipe strategy status status_detail accuracy accuracy_low accuracy_high accuracy_all "
        "accuracy_without_references accuracy_without_references_low accuracy_without_references_high macro_f1 "
        "roc_auc least_accuracy greatest_accuracy n_runs log_loss calibration_error calibration_error_if_perfect "
        "chance n_train n_images n_people epochs duration_s",
        {
            "title": "display name of the system",
            "members": "display names of the systems that an ensemble averages, list; NULL for other systems",
        },
        view="leaderboard",
    )
    metrics: pl.DataFrame = _frame("run_id part slice metric value low high n_images n_people method")
    epochs: pl.DataFrame = _frame(
        "run_id epoch loss accuracy auc val_loss val_accuracy val_auc learning_rate duration_s"
    )
    comparisons: pl.DataFrame = _frame(
        "run_id other_run_id part slice metric value low high p p_adjusted n_people method",
    )
    declarations: pl.DataFrame = _frame(
        "declared_at hash model recipe other_model other_recipe strategy margin is_latest is_before_training",
        view="registry.declared",
    )
    effects: pl.DataFrame = _frame("strategy term level baseline value low high p n_images n_people method")
    ranks: pl.DataFrame = _frame(
        "run_id strategy mean_rank letters statistic p n_people method", view="critical_difference"
    )
    reliability: pl.DataFrame = _frame("run_id bin n_images confidence accuracy", view="reliability")
    roc: pl.DataFrame = _frame(
        "run_id",
        {
            "threshold": "lowest predicted probability that counts as positive",
            "tpr": "true positive rate over all pairs of test photograph and emotion",
            "fpr": "false positive rate over all pairs of test photograph and emotion",
        },
    )
    emotions: pl.DataFrame = _frame("label emotion")
    confusion: pl.DataFrame = _frame("run_id part truth predicted n", view="confusion")
    hardest: pl.DataFrame = _frame(
        "run_id image_id subject_id path camera_angle_deg gaze truth predicted width_px height_px xyz rgb",
        _PROBABILITIES,
        view="confusion",
    )
    attributions: pl.DataFrame = _frame(
        "run_id emotion n_images",
        {"added": f"attribution of each landmark to the score of the emotion, list of {LANDMARK_COUNT} floats"},
    )
    group_attributions: pl.DataFrame = _frame("run_id emotion landmark_group value low high n_images n_people")
    importances: pl.DataFrame = _frame("run_id input landmark_group value low high n_images n_people")
    layers: pl.DataFrame = _frame(
        "run_id",
        {
            "position": "index of the layer in the network, from 1",
            "kind": "class of the layer in Keras",
            "output_shape": "shape of its output for one photograph",
            "weights": "number of its weights",
            "trainable_weights": "number of its weights that training changes",
        },
    )
    coverage: pl.DataFrame = _frame("subject_id sex population emotion camera_angle_deg gaze status", view="coverage")
    rejects: pl.DataFrame = _frame("corpus path reason detail")
    parts: pl.DataFrame = _frame("strategy part n_images n_people")
    views: pl.DataFrame = _frame(
        "column_name",
        {
            "view": "name of the view, as SQL writes it",
            "grain": "what a row of the view is",
            "sql_type": "type of the column",
            "meaning": "meaning of the column",
        },
    )
    untested: pl.DataFrame = _frame(
        "strategy emotion n_images n_people",
        {"is_left_out": "whether the split leaves the emotion out, because its training part lacks it"},
    )
    unlabelled: pl.DataFrame = _frame("model recipe emotion n_images n_people")
    cross_corpus: pl.DataFrame = _frame(
        "model recipe trained_on tested_on emotion accuracy accuracy_low accuracy_high n_images n_people n_runs",
        view="cross_corpus",
    )
    subject_parts: pl.DataFrame = _frame("strategy subject_id part n_images")
    overlap: pl.DataFrame = _frame(
        "strategy",
        {
            "people": "people in the split",
            "people_in_several": "people in more than one part",
            "photographs": "photographs in the split",
            "photographs_in_several": "photographs in more than one part",
            "instants": "combinations of person, emotion and gaze, which several cameras took at once",
            "instants_in_several": "such combinations in more than one part",
        },
    )
    sizes: pl.DataFrame = _frame(
        "corpus width_px height_px n_images n_people",
        {
            "least_bytes": "size of the smallest file",
            "median_bytes": "median size of the files",
            "greatest_bytes": "size of the largest file",
        },
    )
    quality: pl.DataFrame = _frame(
        "audit_id stage n_failed",
        {"n_checks": "checks in the audit", "failed": "names of the failed checks"},
        view="quality.current",
    )
    checks: pl.DataFrame = _frame(
        "stage suite check_name column_name success severity observed unexpected_count", view="quality.current"
    )
    audits: pl.DataFrame = _frame(
        "audit_id stage",
        {
            "n_checks": "checks in the audit",
            "n_stop": "failed checks that stop a publication",
            "n_quarantine": "failed checks that quarantine rows",
            "n_warn": "failed checks that only warn",
            "is_current": "whether the audit approved this publication",
        },
        view="quality.current",
    )
    quarantine: pl.DataFrame = _frame("image_id subject_id path emotion view reason created_at released_at")
    faces: pl.DataFrame = _frame("emotion camera_angle_deg", _MEAN_DELTA)
    example_faces: pl.DataFrame = _frame(
        "emotion subject_id image_id reference_image_id width_px height_px xyz",
        {
            "reference_width_px": "width of the reference photograph, pixels",
            "reference_height_px": "height of the reference photograph, pixels",
            "reference_xyz": "image-normalised landmarks of the reference photograph",
        },
    )
    mean_deltas: pl.DataFrame = _frame("subject_id emotion camera_angle_deg feature", _MEAN_DELTA)
    photographs: pl.DataFrame = _frame(
        "image_id subject_id path emotion camera_angle_deg gaze width_px height_px version xyz"
    )
    predictions: pl.DataFrame = _frame(
        "run_id image_id made_by reference_image_id truth predicted", _PROBABILITIES, view="lineage"
    )
    prediction_runs: pl.DataFrame = _frame(
        "run_id model recipe seed started_at service service_version feature_versions code_version library_versions "
        "artifact_path artifact_sha256 strategy fold split_id fingerprint as_of"
    )
    runs: pl.DataFrame = _frame(
        "run_id model recipe strategy fold seed status status_detail started_at duration_s epochs code_version "
        "accuracy",
        {
            "is_current": "whether it is the latest run of its kind",
            "is_pooled": "whether it pools or averages the predictions of other runs, without training of its own",
        },
        view="leaderboard",
    )
    promotions: pl.DataFrame = _frame(
        "run_id promoted_at alias model recipe against_run_id statistic p reason",
        {"against_model": "system of the compared run", "against_recipe": "recipe of the compared run"},
    )
    publications: pl.DataFrame = _frame(
        "run_id published_at code_version n_images n_people n_runs n_failed value low high"
    )
    scalar_features: pl.DataFrame = _frame(
        "view camera_angle_deg n_images mean sd least greatest",
        {
            "column_name": "column of the feature view",
            "unit": "unit of a column of the user's own feature view; NULL for others, whose unit is in the schema",
            "meaning": "description of the user's own feature view; NULL for others",
        },
    )
    person_measures: pl.DataFrame = _frame(
        "subject_id emotion n_images",
        {"column_name": "column of the view measure_changes", "mean": "mean over the person's photographs"},
    )
    unit_means: pl.DataFrame = _frame(
        "subject_id emotion",
        {
            "unit": "column of the view action_unit_proxies",
            "proxy": "mean of the proxy over the person's photographs",
            "intended": "mean of the intensity with which they were rendered",
        },
    )
    unit_agreement: pl.DataFrame = _frame(
        "subject_id camera_angle_deg n_images",
        {
            "unit": "column of the view action_unit_proxies",
            "correlation": "correlation of proxy and intended intensity over the person's photographs; NULL if one of "
            "them is the same in all",
            "error": "mean absolute difference of proxy and intended intensity",
        },
    )
    landmark_errors: pl.DataFrame = _frame(
        "view camera_angle_deg n_images mean sd least greatest",
        {"column_name": "column of the table features.landmark_errors"},
    )
    repeatability: pl.DataFrame = _frame(
        "corpus feature component copy icc icc_low icc_high sem unit relative_change n_images n_people n_missing",
        view="repeatability",
    )
    neutral: NDArray[np.floating[Any]] | None = None
    about: Mapping[str, object] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    queries: Mapping[str, str] = field(default_factory=dict)
    is_rafd: bool = False

    def __post_init__(self) -> None:
        for name, columns in COLUMNS.items():
            received = getattr(self, name).columns
            missing = [column for column in columns if column not in received]
            if missing:
                raise ShapeError(f"frame {name}: expected columns {', '.join(columns)}; missing {', '.join(missing)}")
        if self.neutral is not None and self.neutral.shape != (LANDMARK_COUNT, AXES):
            raise ShapeError(f"neutral face: expected {(LANDMARK_COUNT, AXES)}, received {self.neutral.shape}")

    def title(self, model: str | None) -> str:
        """Return the display name of a system; its own name if it has none, a dash without a system."""
        return "–" if model is None else self.titles.get(model, model)


COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {frame.name: frame.metadata["columns"] for frame in fields(Frames) if "columns" in frame.metadata}
)
"""The columns of every frame, each with its meaning."""
