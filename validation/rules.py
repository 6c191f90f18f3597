"""Rules beyond single columns: each is a SQL file in `validation/sql/find` that returns the offending rows.

This module lists the checks and their severities. `gx/suites.py` turns rules into expectations, `thresholds.py` holds
the limits, and checks that SQL cannot express are in `recompute/`.
"""

from __future__ import annotations

from dataclasses import dataclass

from affect_store.store.extensions.own_view import OWN_VALUES
from affect_store.store.features.scalar_views import SCALAR_VIEWS
from affect_store.store.vocabulary import PARTS
from affect_store.validation.thresholds import LISTED_ROWS, SHARED_PHOTOGRAPH, SHOWN_ROWS

STOP = "stop"
"""Nothing is published."""

QUARANTINE = "quarantine"
"""The offending rows are quarantined; the run continues without them."""

WARN = "warn"
"""The failure is reported only."""

ROW_COUNT = "row count"
"""The check of every table that it has enough rows."""

SCALAR_TABLES = {view.table.qualified: view for view in SCALAR_VIEWS}
"""The scalar feature views by table."""

OWN_TABLE = f"features.{OWN_VALUES}"
"""The table of all feature views of users' own."""

FEATURE_TABLES = frozenset({"features.landmarks", "features.deltas", "features.pixels", OWN_TABLE, *SCALAR_TABLES})
"""Tables of feature views; their rows can be quarantined one by one."""

CHECKSUM = "checksum matches"
UNIT_NORM = "unit norm"


MOSTLY_FACES = "faces detected in most photographs"


@dataclass(frozen=True)
class Rule:
    """A rule about `table`: `name` is shown to users, `sql` names the file that selects the offending rows.

    `measure` names the file that selects the values behind the rule; `max_rows` is the maximum number of kept keys.
    """

    table: str
    name: str
    sql: str
    column: str = ""
    severity: str = STOP
    measure: str = ""
    max_rows: int = SHOWN_ROWS


_IMAGES, _LABELS, _MISSES = "catalogue.images", "catalogue.labels", "features.misses"
_RATINGS = "catalogue.ratings"
_LANDMARKS, _DELTAS, _PIXELS = "features.landmarks", "features.deltas", "features.pixels"
_ERRORS, _REFERENCES = "features.landmark_errors", "features.delta_references"
_SERVICES, _SETS, _ASSIGNMENTS = "features.services", "splits.sets", "splits.assignments"
_UNLABELLED = "registry.unlabelled_predictions"
_RUNS, _PREDICTIONS, _METRICS = "registry.runs", "registry.predictions", "registry.metrics"

_CATALOGUE = (
    Rule("catalogue.emotions", "label indices match the model outputs", "find/renumbered_emotions", "label"),
    Rule(_IMAGES, "identifier is a SHA-256", "find/malformed_image_ids", "image_id"),
    Rule(_IMAGES, "labels are current", "find/stale_labels"),
    Rule(_IMAGES, "one sex and population per person", "find/people_with_two_descriptions", severity=WARN),
    Rule(_IMAGES, "faces detected from every camera", "find/cells_without_faces", severity=WARN),
    Rule(_IMAGES, MOSTLY_FACES, "find/corpora_without_faces"),
    Rule(_IMAGES, "no duplicate photographs", "find/duplicate_photographs", severity=QUARANTINE),
    Rule(_IMAGES, SHARED_PHOTOGRAPH, "find/shared_photographs", "", QUARANTINE, "measure/near"),
    Rule(_IMAGES, "photograph in every design cell", "find/missing_cells", severity=WARN, max_rows=LISTED_ROWS),
    Rule(_IMAGES, "one photograph per design cell", "find/crowded_cells", severity=WARN),
    Rule(_LABELS, "known photograph", "find/labels_without_image"),
    Rule(_RATINGS, "known photograph", "find/rows_without_image"),
    Rule("catalogue.intended_action_units", "known photograph", "find/rows_without_image"),
    Rule(_RATINGS, "distribution sums to 1", "find/ratings_off_sum"),
)

_LANDMARK_ROWS = (
    Rule(_LANDMARKS, "coordinates in range", "find/landmarks_out_of_range", "xyz", QUARANTINE,
             "measure/landmarks"),
    Rule(_LANDMARKS, "plausible face shape", "find/misshapen_faces", "xyz", QUARANTINE, "measure/faces"),
    Rule(_LANDMARKS, "head yaw matches the camera angle", "find/faces_turned_away", "xyz", QUARANTINE,
             "measure/turned"),
    Rule(_LANDMARKS, CHECKSUM, "find/wrong_vector_checksums", "seal", QUARANTINE),
    Rule(_LANDMARKS, "known photograph and version", "find/rows_of_unknown_images"),
    Rule(_LANDMARKS, "landmarks present or recorded as missing", "find/images_without_rows"),
    Rule(_LANDMARKS, "landmarks not also recorded as missing", "find/rows_also_missing"),
)  # fmt: skip

_ERROR_ROWS = (
    Rule(_ERRORS, "landmarks of the same version", "find/errors_without_landmarks"),
    Rule(_ERRORS, "errors of all landmarks over several passes", "find/landmarks_without_errors"),
    Rule(_ERRORS, "number of passes", "find/miscounted_passes", "n_passes"),
    Rule(_ERRORS, "errors in range", "find/errors_out_of_range", "errors"),
    Rule(_ERRORS, CHECKSUM, "find/wrong_error_checksums", "seal"),
    Rule(_ERRORS, "landmarks about as precise as others", "find/noisy_landmarks", "mean_error", WARN, "measure/noise"),
)

_DELTA_ROWS = (
    Rule(_DELTAS, "coordinates in range", "find/deltas_out_of_range", "xyz", QUARANTINE, "measure/deltas"),
    Rule(_DELTAS, "zero vector count", "find/miscounted_zeros", "zero_norm_count", QUARANTINE,
             "measure/zeros"),
    Rule(_DELTAS, "delta not all zero", "find/empty_deltas", "xyz", QUARANTINE),
    Rule(_DELTAS, "magnitudes not negative", "find/negative_magnitudes", "magnitude", QUARANTINE,
             "measure/magnitudes"),
    Rule(_DELTAS, "magnitudes match the vectors", "find/lost_lengths", "magnitude", QUARANTINE),
    Rule(_DELTAS, CHECKSUM, "find/wrong_vector_checksums", "seal", QUARANTINE),
    Rule(_DELTAS, "not its own reference", "find/self_references", "reference_image_id", QUARANTINE),
    Rule(_DELTAS, "neutral reference of the same person", "find/foreign_references", "reference_image_id",
             QUARANTINE),
    Rule(_DELTAS, "landmarks not quarantined", "find/deltas_without_landmarks", severity=QUARANTINE),
    Rule(_DELTAS, "reference landmarks not quarantined", "find/deltas_to_recompute", "reference_image_id"),
    Rule(_DELTAS, "neutral faces at rest", "find/moving_neutrals", severity=WARN, measure="measure/neutrals"),
    Rule(_DELTAS, "known photograph and version", "find/rows_of_unknown_images"),
    Rule(_DELTAS, "delta present or recorded as missing", "find/faces_without_rows"),
    Rule(_DELTAS, "delta not also recorded as missing", "find/rows_also_missing"),
)  # fmt: skip

_REFERENCE_ROWS = (
    Rule(_REFERENCES, "delta of the same version and time", "find/references_without_delta"),
    Rule(_REFERENCES, "references of every delta over several", "find/deltas_without_references"),
    Rule(_REFERENCES, "not its own reference", "find/self_references", "reference_image_id"),
    Rule(_REFERENCES, "neutral reference of the same person", "find/foreign_references", "reference_image_id"),
)

_PIXEL_ROWS = (
    Rule(_PIXELS, "complete pixels", "find/unusable_pixels", "rgb", QUARANTINE),
    Rule(_PIXELS, "image not blank", "find/blank_thumbnails", "rgb", QUARANTINE, "measure/pictures"),
    Rule(_PIXELS, CHECKSUM, "find/wrong_thumbnail_checksums", "seal", QUARANTINE),
    Rule(_PIXELS, "known photograph and version", "find/rows_of_unknown_images"),
    Rule(_PIXELS, "pixels present or recorded as missing", "find/images_without_rows"),
    Rule(_PIXELS, "pixels not also recorded as missing", "find/rows_also_missing"),
)

_SCALAR_ROWS = tuple(
    rule
    for table in SCALAR_TABLES
    for rule in (
        Rule(table, "landmarks not quarantined", "find/rows_without_landmarks", severity=QUARANTINE),
        Rule(table, "known photograph and version", "find/rows_of_unknown_images"),
        Rule(table, "value present or recorded as missing", "find/faces_without_rows"),
        Rule(table, "value not also recorded as missing", "find/rows_also_missing"),
    )
)

_OWN_ROWS = (
    Rule(OWN_TABLE, "values match the declared columns", "find/undeclared_values", "numbers", QUARANTINE),
    Rule(OWN_TABLE, CHECKSUM, "find/wrong_number_checksums", "seal", QUARANTINE),
    Rule(OWN_TABLE, "landmarks not quarantined", "find/rows_without_landmarks", severity=QUARANTINE),
    Rule(OWN_TABLE, "known photograph and version", "find/rows_of_unknown_images"),
    Rule(OWN_TABLE, "value present or recorded as missing", "find/faces_without_rows"),
    Rule(OWN_TABLE, "value not also recorded as missing", "find/rows_also_missing"),
)

_FEATURES = (
    *_LANDMARK_ROWS,
    *_ERROR_ROWS,
    *_DELTA_ROWS,
    *_REFERENCE_ROWS,
    *_PIXEL_ROWS,
    *_SCALAR_ROWS,
    *_OWN_ROWS,
    Rule(_MISSES, "known photograph and version", "find/missing_features_of_unknown_images"),
    Rule(_SERVICES, "known version", "find/services_of_unknown_views"),
    Rule(_SERVICES, "current version for every feature", "find/features_without_version"),
    Rule(_SERVICES, "current features use current landmarks", "find/features_of_other_landmarks", "version"),
)

_SPLITS = (
    Rule(_SETS, "split not empty", "find/splits_without_members"),
    Rule(_ASSIGNMENTS, "one part per photograph", "find/images_in_two_parts"),
    Rule(_ASSIGNMENTS, "no person in two parts", "find/people_across_parts"),
    Rule(_ASSIGNMENTS, "no near-duplicates across parts", "find/near_duplicates_across_parts"),
    Rule(_ASSIGNMENTS, "no reference shared by two parts", "find/references_across_parts"),
    Rule(_ASSIGNMENTS, "every active photograph assigned", "find/unassigned_images"),
    Rule(_ASSIGNMENTS, "only active photographs assigned", "find/assignments_of_unused_images"),
    Rule(_ASSIGNMENTS, "known split", "find/assignments_of_unknown_splits"),
    Rule(_ASSIGNMENTS, "split tables match the assignments", "find/rows_outside_their_part"),
    Rule(_ASSIGNMENTS, "every class in the training part", "find/classes_without_training"),
    Rule(_ASSIGNMENTS, "balanced classes", "find/small_classes", severity=WARN, measure="measure/classes"),
    *(
        rule
        for part in PARTS
        for rule in (
            Rule(f"splits.{part}", "complete pixels", "find/unusable_split_thumbnails", "rgb"),
            Rule(f"splits.{part}", "labels match the catalogue", "find/mislabelled_rows"),
            Rule(f"splits.{part}", "features match the feature tables", "find/rows_with_foreign_features"),
        )
    ),
)

_REGISTRY = (
    Rule(_RUNS, "predictions for every completed run", "find/runs_without_predictions"),
    Rule(_RUNS, "metrics for every run with predictions", "find/runs_without_metrics"),
    Rule(_RUNS, "results of completed runs only", "find/results_of_unfinished_runs", "status"),
    Rule(_RUNS, "inputs match the service and the split", "find/runs_off_service", "feature_versions"),
    Rule("registry.epochs", "known run", "find/epochs_of_unknown_runs"),
    Rule(_PREDICTIONS, "probabilities sum to 1", "find/predictions_off_sum", measure="measure/sums"),
    Rule(_PREDICTIONS, "prediction is the most probable class", "find/predictions_off_argmax", "predicted"),
    Rule(_UNLABELLED, "probabilities sum to 1", "find/predictions_off_sum"),
    Rule(_UNLABELLED, "prediction is the most probable class", "find/predictions_off_argmax", "predicted"),
    Rule(_UNLABELLED, "photograph is unlabelled", "find/labelled_predictions", "image_id"),
    Rule(_PREDICTIONS, "part matches the split", "find/predictions_off_split", "part"),
    Rule(_PREDICTIONS, "truth matches the catalogue", "find/predictions_off_truth", "truth"),
    Rule(_PREDICTIONS, "prediction for every photograph with features", "find/unpredicted_photographs"),
    Rule(_METRICS, "accuracy matches the predictions", "find/wrong_accuracies", "value"),
    Rule(_METRICS, "metric in its range", "find/metrics_out_of_range", "value"),
    Rule(_METRICS, "known run", "find/metrics_of_unknown_runs"),
    Rule("registry.comparisons", "known run", "find/comparisons_of_unknown_runs"),
)

REMEDIES = {
    MOSTLY_FACES: "Check the pictures of the folder: expected photographs of single faces. Replace them and run again, "
    "or run on another folder; another name with `--corpus` does not help.",
}
"""What to do if a check stops a publication, where it is not the same as for other checks of its table."""

RULES: tuple[Rule, ...] = (*_CATALOGUE, *_FEATURES, *_SPLITS, *_REGISTRY)
