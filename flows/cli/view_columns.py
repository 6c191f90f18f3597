"""Order of importance of the columns of views; narrow terminals show the first ones."""

from __future__ import annotations

import re

ORDER: dict[str, tuple[str, ...]] = {
    "confusion": ("model", "recipe", "split", "part", "truth", "predicted", "share", "n"),
    "coverage": ("subject_id", "emotion", "camera_angle_deg", "gaze", "status"),
    "critical_difference": ("model", "recipe", "split", "mean_rank", "letters", "accuracy", "p", "n_people"),
    "fairness": ("model", "recipe", "split", "factor", "level", "metric", "value", "low", "high"),
    "cross_corpus": (
        "model", "recipe", "trained_on", "tested_on", "emotion", "accuracy", "accuracy_low", "accuracy_high",
        "n_people", "n_images", "run_id",
    ),
    "feature_stats": ("feature", "landmark_group", "axis", "mean", "sd", "min", "max", "share_zero"),
    "features.absent": ("image_id", "feature", "reason"),
    "features.current": ("feature", "version", "since"),
    "features.present": ("image_id", "feature", "version"),
    "features.rendered_units": ("image_id", "unit", "proxy", "intended"),
    "features.reference_counts": ("image_id", "n_references", "version"),
    "features.scalar_values": ("image_id", "view", "version"),
    "hardest_images": ("subject_id", "emotion", "camera_angle_deg", "gaze", "share_wrong", "n_runs", "path"),
    "leaderboard": (
        "model", "recipe", "split", "accuracy", "note", "accuracy_low", "accuracy_high", "letters", "chance",
        "macro_f1", "roc_auc", "n_people", "n_images", "run_id",
    ),
    "lineage": ("model", "recipe", "part", "truth", "predicted", "path", "photograph_sha256", "run_id"),
    "quality.current": ("audit_id", "stage"),
    "registry.cross_corpus": ("model", "recipe", "trained_on", "tested_on", "seed", "status", "run_id"),
    "registry.current": ("model", "recipe", "strategy", "seed", "status", "run_id"),
    "registry.declared": (
        "declared_at", "model", "other_model", "strategy", "margin", "is_latest", "is_before_training", "hash",
    ),
    "registry.finals": ("model", "recipe", "n_people", "n_images", "run_id", "basis_run_id"),
    "registry.systems": ("model", "recipe", "strategy", "n_runs", "status", "run_id"),
    "reliability": ("run_id", "part", "is_scaled", "bin", "confidence", "accuracy", "n_images"),
    "repeatability": (
        "corpus", "feature", "component", "copy", "icc", "icc_low", "icc_high", "sem", "unit", "relative_change",
        "n_images", "n_people", "n_missing",
    ),
    "splits.cross_corpus": ("trained_on", "tested_on", "split_id", "requested_at"),
    "splits.current": ("strategy", "seed", "split_id", "requested_at"),
    "unlabelled": ("subject_id", "predicted", "confidence", "model", "recipe", "path"),
    "splits.folds": ("repeat", "fold", "image_id", "split_id"),
}  # fmt: skip
"""For each view, its columns in order of importance; those left out follow in the view's own order."""

_RELATION = re.compile(r"\bfrom\s+([a-z_][\w.]*)", re.IGNORECASE)


def order_for(query: str) -> tuple[str, ...]:
    """Return the order of importance of the view that the query reads first; empty for any other query."""
    relation = _RELATION.search(query)
    return ORDER.get(relation[1].lower(), ()) if relation else ()
