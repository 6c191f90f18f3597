"""The rules that one column cannot tell: each is a SQL file of `validation/sql` that returns the offending rows.

This module is a list. How a rule runs is in `suites.py`; what it compares with is in `bounds.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from store.vocabulary import PARTS

STOP = "stop"
WARN = "warn"

ROWS_COUNTED = "rows are counted"
"""The check that every table has: how many rows there are, and that they are enough."""


@dataclass(frozen=True)
class Relation:
    """A rule about `table`: `name` says what is true of a clean store, `sql` names the file that finds the others."""

    table: str
    name: str
    sql: str
    column: str = ""
    severity: str = STOP


_IMAGES, _LABELS = "catalogue.images", "catalogue.labels"
_LANDMARKS, _DELTAS, _PIXELS = "features.landmarks", "features.deltas", "features.pixels"
_SETS, _ASSIGNMENTS = "splits.sets", "splits.assignments"
_RUNS, _PREDICTIONS, _METRICS = "registry.runs", "registry.predictions", "registry.metrics"

RELATIONS: tuple[Relation, ...] = (
    Relation(_IMAGES, "identifiers are sha256", "find_malformed_image_ids", "image_id"),
    Relation(_IMAGES, "labels are the latest known", "find_stale_labels"),
    Relation(_IMAGES, "a person has one sex and one population", "find_people_with_two_descriptions", severity=WARN),
    Relation(_LABELS, "labels belong to a photograph", "find_labels_without_image"),
    Relation(_LANDMARKS, "coordinates are finite", "find_unusable_vectors", "xyz"),
    Relation(_LANDMARKS, "coordinates are plausible", "find_landmarks_out_of_range", "xyz"),
    Relation(_LANDMARKS, "photograph and version are known", "find_landmarks_of_unknown_images"),
    Relation(_LANDMARKS, "a photograph has landmarks or a miss", "find_images_without_landmarks"),
    Relation(_LANDMARKS, "a photograph has not both landmarks and a miss", "find_landmarks_beside_misses"),
    Relation(_DELTAS, "coordinates are finite", "find_unusable_vectors", "xyz"),
    Relation(_DELTAS, "coordinates are plausible", "find_deltas_out_of_range", "xyz"),
    Relation(_DELTAS, "directions have norm 1", "find_directions_off_unit", "xyz"),
    Relation(_DELTAS, "zero vectors are counted", "find_miscounted_zeros", "zero_norm_count"),
    Relation(_DELTAS, "no delta is all zero", "find_empty_deltas", "xyz"),
    Relation(_DELTAS, "magnitudes are finite", "find_unusable_magnitudes", "magnitude"),
    Relation(_DELTAS, "magnitudes are not negative", "find_negative_magnitudes", "magnitude"),
    Relation(_DELTAS, "magnitudes are the vectors' lengths", "find_lost_lengths", "magnitude"),
    Relation(_DELTAS, "no photograph is its own reference", "find_self_references", "reference_image_id"),
    Relation(_DELTAS, "references are neutral, of the same person", "find_foreign_references", "reference_image_id"),
    Relation(_DELTAS, "photograph and version are known", "find_deltas_of_unknown_images"),
    Relation(_DELTAS, "a face has a delta or a miss", "find_images_without_deltas"),
    Relation(_DELTAS, "a face has not both a delta and a miss", "find_deltas_beside_misses"),
    Relation(_PIXELS, "pixels are complete", "find_unusable_pixels", "rgb"),
    Relation(_PIXELS, "photograph and version are known", "find_pixels_of_unknown_images"),
    Relation(_PIXELS, "a photograph has pixels or a miss", "find_images_without_pixels"),
    Relation(_PIXELS, "a photograph has not both pixels and a miss", "find_pixels_beside_misses"),
    Relation("features.misses", "photograph and version are known", "find_misses_of_unknown_images"),
    Relation("features.services", "versions are known", "find_services_of_unknown_views"),
    Relation(_SETS, "a split has members", "find_splits_without_members"),
    Relation(_ASSIGNMENTS, "a photograph is in one part", "find_images_in_two_parts"),
    Relation(_ASSIGNMENTS, "no person is in two parts", "find_people_across_parts"),
    Relation(_ASSIGNMENTS, "every photograph in use has a part", "find_unassigned_images"),
    Relation(_ASSIGNMENTS, "only photographs in use have a part", "find_assignments_of_unused_images"),
    Relation(_ASSIGNMENTS, "splits are known", "find_assignments_of_unknown_splits"),
    Relation(_ASSIGNMENTS, "train, validate and test hold their part", "find_rows_outside_their_part"),
    *(
        relation
        for part in PARTS
        for relation in (
            Relation(f"splits.{part}", "vectors are finite", "find_unusable_split_vectors"),
            Relation(f"splits.{part}", "labels are the catalogue's", "find_mislabelled_rows"),
            Relation(f"splits.{part}", "vectors are the photograph's own", "find_rows_with_foreign_features"),
        )
    ),
    Relation(_RUNS, "a completed run has predictions", "find_runs_without_predictions"),
    Relation("registry.epochs", "runs are known", "find_epochs_of_unknown_runs"),
    Relation(_PREDICTIONS, "probabilities sum to 1", "find_predictions_off_sum"),
    Relation(_PREDICTIONS, "the most probable emotion is predicted", "find_predictions_off_argmax", "predicted"),
    Relation(_PREDICTIONS, "parts are those of the run's split", "find_predictions_off_split", "part"),
    Relation(_PREDICTIONS, "truths are the catalogue's", "find_predictions_off_truth", "truth"),
    Relation(_METRICS, "values are possible", "find_metrics_out_of_range", "value"),
    Relation(_METRICS, "runs are known", "find_metrics_of_unknown_runs"),
    Relation("registry.comparisons", "runs are known", "find_comparisons_of_unknown_runs"),
)
