"""The rules that one column cannot tell: each is a SQL file of `validation/sql` that returns the offending rows.

This module is a list: what is checked, and what follows when it fails. How a rule runs is in `suites.py`; what it
compares with is in `bounds.py`; rules that SQL cannot tell are in `recompute.py` and `drift.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from store.vocabulary import PARTS
from validation.bounds import LISTED_ROWS, ONE_PERSON_A_PICTURE, SHOWN_ROWS

STOP = "stop"
"""Nothing is published."""

QUARANTINE = "quarantine"
"""The rows are set aside with the check as their reason, the rest goes on."""

WARN = "warn"
"""It is shown."""

ROWS_COUNTED = "rows are counted"
"""The check that every table has: how many rows there are, and that they are enough."""

SEALED = "seals are right"
ON_UNIT = "directions have norm 1"


@dataclass(frozen=True)
class Relation:
    """A rule about `table`: `name` says what is true of a clean store, `sql` names the file that finds the others.

    `measure` names the file that tells how the values of the rule are distributed; `most_rows` how many keys are kept.
    """

    table: str
    name: str
    sql: str
    column: str = ""
    severity: str = STOP
    measure: str = ""
    most_rows: int = SHOWN_ROWS


_IMAGES, _LABELS, _MISSES = "catalogue.images", "catalogue.labels", "features.misses"
_LANDMARKS, _DELTAS, _PIXELS = "features.landmarks", "features.deltas", "features.pixels"
_SERVICES, _SETS, _ASSIGNMENTS = "features.services", "splits.sets", "splits.assignments"
_RUNS, _PREDICTIONS, _METRICS = "registry.runs", "registry.predictions", "registry.metrics"

_CATALOGUE = (
    Relation("catalogue.emotions", "labels are the networks' outputs", "find_renumbered_emotions", "label"),
    Relation(_IMAGES, "identifiers are sha256", "find_malformed_image_ids", "image_id"),
    Relation(_IMAGES, "labels are the latest known", "find_stale_labels"),
    Relation(_IMAGES, "a person has one sex and one population", "find_people_with_two_descriptions", severity=WARN),
    Relation(_IMAGES, "faces are found from every camera", "find_cells_without_faces", severity=WARN),
    Relation(_IMAGES, "most photographs show a face", "find_corpora_without_faces"),
    Relation(_IMAGES, "no picture has two names", "find_pictures_of_two_names", severity=QUARANTINE),
    Relation(_IMAGES, ONE_PERSON_A_PICTURE, "find_pictures_of_two_people", "", QUARANTINE, "measure_near"),
    Relation(_IMAGES, "the design has no gaps", "find_missing_cells", severity=WARN, most_rows=LISTED_ROWS),
    Relation(_IMAGES, "a cell of the design holds one photograph", "find_crowded_cells", severity=WARN),
    Relation(_LABELS, "labels belong to a photograph", "find_labels_without_image"),
)

_LANDMARK_ROWS = (
    Relation(_LANDMARKS, "coordinates are plausible", "find_landmarks_out_of_range", "xyz", QUARANTINE,
             "measure_landmarks"),
    Relation(_LANDMARKS, "faces have the shape of a face", "find_misshapen_faces", "xyz", QUARANTINE, "measure_faces"),
    Relation(_LANDMARKS, "faces are turned as their camera says", "find_faces_turned_away", "xyz", QUARANTINE,
             "measure_turned"),
    Relation(_LANDMARKS, SEALED, "find_wrong_vector_seals", "seal", QUARANTINE),
    Relation(_LANDMARKS, "photograph and version are known", "find_landmarks_of_unknown_images"),
    Relation(_LANDMARKS, "a photograph has landmarks or a miss", "find_images_without_landmarks"),
    Relation(_LANDMARKS, "a photograph has not both landmarks and a miss", "find_landmarks_beside_misses"),
)  # fmt: skip

_DELTA_ROWS = (
    Relation(_DELTAS, "coordinates are plausible", "find_deltas_out_of_range", "xyz", QUARANTINE, "measure_deltas"),
    Relation(_DELTAS, "zero vectors are counted", "find_miscounted_zeros", "zero_norm_count", QUARANTINE,
             "measure_zeros"),
    Relation(_DELTAS, "no delta is all zero", "find_empty_deltas", "xyz", QUARANTINE),
    Relation(_DELTAS, "magnitudes are not negative", "find_negative_magnitudes", "magnitude", QUARANTINE,
             "measure_magnitudes"),
    Relation(_DELTAS, "magnitudes are the vectors' lengths", "find_lost_lengths", "magnitude", QUARANTINE),
    Relation(_DELTAS, SEALED, "find_wrong_vector_seals", "seal", QUARANTINE),
    Relation(_DELTAS, "no photograph is its own reference", "find_self_references", "reference_image_id", QUARANTINE),
    Relation(_DELTAS, "references are neutral, of the same person", "find_foreign_references", "reference_image_id",
             QUARANTINE),
    Relation(_DELTAS, "deltas are of landmarks that count", "find_deltas_without_landmarks", severity=QUARANTINE),
    Relation(_DELTAS, "references have landmarks that count", "find_deltas_to_make_again", "reference_image_id"),
    Relation(_DELTAS, "neutral faces are at rest", "find_moving_neutrals", severity=WARN, measure="measure_neutrals"),
    Relation(_DELTAS, "photograph and version are known", "find_deltas_of_unknown_images"),
    Relation(_DELTAS, "a face has a delta or a miss", "find_images_without_deltas"),
    Relation(_DELTAS, "a face has not both a delta and a miss", "find_deltas_beside_misses"),
)  # fmt: skip

_PICTURE_ROWS = (
    Relation(_PIXELS, "pixels are complete", "find_unusable_pixels", "rgb", QUARANTINE),
    Relation(_PIXELS, "pictures are not blank", "find_blank_pictures", "rgb", QUARANTINE, "measure_pictures"),
    Relation(_PIXELS, SEALED, "find_wrong_picture_seals", "seal", QUARANTINE),
    Relation(_PIXELS, "perceptual hashes are 256 bits", "find_malformed_hashes", "perceptual_hash", QUARANTINE),
    Relation(_PIXELS, "a picture has a perceptual hash", "find_missing_hashes", "perceptual_hash", WARN),
    Relation(_PIXELS, "photograph and version are known", "find_pixels_of_unknown_images"),
    Relation(_PIXELS, "a photograph has pixels or a miss", "find_images_without_pixels"),
    Relation(_PIXELS, "a photograph has not both pixels and a miss", "find_pixels_beside_misses"),
)

_FEATURES = (
    *_LANDMARK_ROWS,
    *_DELTA_ROWS,
    *_PICTURE_ROWS,
    Relation(_MISSES, "photograph and version are known", "find_misses_of_unknown_images"),
    Relation(_SERVICES, "versions are known", "find_services_of_unknown_views"),
    Relation(_SERVICES, "every feature has a version of today", "find_features_without_version"),
    Relation(_SERVICES, "deltas of today are of landmarks of today", "find_deltas_of_other_landmarks", "version"),
)

_SPLITS = (
    Relation(_SETS, "a split has members", "find_splits_without_members"),
    Relation(_ASSIGNMENTS, "a photograph is in one part", "find_images_in_two_parts"),
    Relation(_ASSIGNMENTS, "no person is in two parts", "find_people_across_parts"),
    Relation(_ASSIGNMENTS, "no picture is in two parts", "find_near_duplicates_across_parts"),
    Relation(_ASSIGNMENTS, "no reference is shared by two parts", "find_references_across_parts"),
    Relation(_ASSIGNMENTS, "every photograph in use has a part", "find_unassigned_images"),
    Relation(_ASSIGNMENTS, "only photographs in use have a part", "find_assignments_of_unused_images"),
    Relation(_ASSIGNMENTS, "splits are known", "find_assignments_of_unknown_splits"),
    Relation(_ASSIGNMENTS, "train, validate and test hold their part", "find_rows_outside_their_part"),
    Relation(_ASSIGNMENTS, "the training part knows every class", "find_classes_without_training"),
    Relation(_ASSIGNMENTS, "classes are balanced", "find_small_classes", severity=WARN, measure="measure_classes"),
    *(
        relation
        for part in PARTS
        for relation in (
            Relation(f"splits.{part}", "pictures are complete", "find_unusable_split_pictures", "rgb"),
            Relation(f"splits.{part}", "labels are the catalogue's", "find_mislabelled_rows"),
            Relation(f"splits.{part}", "vectors are the photograph's own", "find_rows_with_foreign_features"),
        )
    ),
)

_REGISTRY = (
    Relation(_RUNS, "a completed run has predictions", "find_runs_without_predictions"),
    Relation(_RUNS, "a run with predictions has metrics", "find_runs_without_metrics"),
    Relation(_RUNS, "only completed runs have results", "find_results_of_unfinished_runs", "status"),
    Relation(_RUNS, "inputs are those of the service and the split", "find_runs_off_service", "feature_versions"),
    Relation("registry.epochs", "runs are known", "find_epochs_of_unknown_runs"),
    Relation(_PREDICTIONS, "probabilities sum to 1", "find_predictions_off_sum", measure="measure_sums"),
    Relation(_PREDICTIONS, "the most probable emotion is predicted", "find_predictions_off_argmax", "predicted"),
    Relation(_PREDICTIONS, "parts are those of the run's split", "find_predictions_off_split", "part"),
    Relation(_PREDICTIONS, "truths are the catalogue's", "find_predictions_off_truth", "truth"),
    Relation(_PREDICTIONS, "every photograph with its features is predicted", "find_unpredicted_photographs"),
    Relation(_METRICS, "accuracies are the shares of right predictions", "find_wrong_accuracies", "value"),
    Relation(_METRICS, "values are possible", "find_metrics_out_of_range", "value"),
    Relation(_METRICS, "runs are known", "find_metrics_of_unknown_runs"),
    Relation("registry.comparisons", "runs are known", "find_comparisons_of_unknown_runs"),
)

RELATIONS: tuple[Relation, ...] = (*_CATALOGUE, *_FEATURES, *_SPLITS, *_REGISTRY)
