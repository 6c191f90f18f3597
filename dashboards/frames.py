"""What the dashboards draw: plain Polars frames with known columns, checked once.

Nothing is queried or computed here. Shares and accuracies are numbers from 0 to 1, counts are whole photographs or
people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import polars as pl
from numpy.typing import NDArray

from store.errors import ShapeError
from store.vocabulary import AXES, LANDMARK_COUNT, VECTOR_LENGTH

_RUN = {"run_id": "the training run"}
_PLACE = {"strategy": "by_person or by_image", "part": "train, validate or test"}
_SIZES = {"n_images": "photographs behind the value", "n_people": "people behind the value"}
_PERSON = {"subject_id": "the person", "sex": "as the corpus says", "population": "the corpus's own group"}
_TEST = "on the test part; null where untrainable"

COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "leaderboard": _RUN
        | {
            "model": "name of the system",
            "title": "name of the system for people",
            "recipe": "published or corrected",
            "strategy": "how the photographs were split: by_person or by_image",
            "status": "completed, untrainable or failed",
            "status_detail": "what could not be done, in a sentence; null where all went well",
            "accuracy": f"share right among the photographs that could be scored, {_TEST}",
            "accuracy_low": "lower end of the 95 % bootstrap interval over people; null below 5 people",
            "accuracy_high": "upper end of it",
            "accuracy_all": f"share right, a photograph without the inputs counting as wrong, {_TEST}",
            "macro_f1": f"F1 averaged over the emotions, {_TEST}",
            "roc_auc": f"area under the ROC curve, one emotion against the rest, from probabilities, {_TEST}",
            "least_accuracy": f"of the runs with other seeds, {_TEST}",
            "greatest_accuracy": f"of the runs with other seeds, {_TEST}",
            "n_runs": "runs of the system, each with another seed",
            "log_loss": f"cross-entropy in nats, {_TEST}",
            "calibration_error": f"expected calibration error, {_TEST}",
            "chance": f"share of the most frequent emotion, {_TEST}",
            "n_train": "photographs trained on",
            "n_images": "test photographs scored",
            "n_people": "people in the test part",
            "epochs": "epochs trained; null for models without epochs",
            "duration_s": "seconds of training",
        },
        "metrics": _RUN
        | {
            "part": "train, validate or test",
            "slice": "all, or one factor and its word, e.g. camera_angle_deg=45",
            "metric": "name of the metric",
            "value": "null where it is undefined",
            "low": "lower end of the 95 % bootstrap interval over people; null below 5 people",
            "high": "upper end of it",
        }
        | _SIZES
        | {"method": "how value and interval were computed"},
        "epochs": _RUN
        | {
            "epoch": "from 1",
            "loss": "training loss while the epoch ran",
            "accuracy": "training accuracy while the epoch ran",
            "val_loss": "validation loss after the epoch",
            "val_accuracy": "validation accuracy after the epoch",
            "learning_rate": "of the epoch",
            "duration_s": "seconds",
        },
        "comparisons": _RUN
        | {
            "other_run_id": "the run that it is compared with",
            "part": "train, validate or test",
            "slice": "which photographs",
            "metric": "name of the metric",
            "value": "metric of run_id minus metric of other_run_id, on the rows that both can score",
            "p": "p value; null below 5 people",
            "p_adjusted": "p value after Holm's adjustment",
            "n_people": "people in the pair's test",
            "method": "how it was tested",
        },
        "ranks": _RUN
        | {
            "strategy": "how the photographs were split",
            "mean_rank": "mean over the people of the system's rank by accuracy, 1 is best",
            "letters": "systems of a split that share a letter cannot be told apart",
            "statistic": "Friedman's chi-squared over all systems of the split",
            "p": "its p value",
            "n_people": "people that all systems of the split were tested on",
            "method": "how the ranks were computed",
        },
        "reliability": _RUN
        | {
            "bin": "fifteenth of the probabilities, from 0",
            "n_images": "test photographs whose greatest probability lies there",
            "confidence": "their mean greatest probability, at the run's temperature",
            "accuracy": "share of them named rightly",
        },
        "roc": _RUN
        | {
            "threshold": "an emotion is said to be shown from this probability on",
            "tpr": "share of the emotions shown that are said to be, over all pairs of test photograph and emotion",
            "fpr": "share of the emotions not shown that are said to be",
        },
        "confusion": _RUN
        | {
            "part": "train, validate or test",
            "truth": "emotion asked for",
            "predicted": "emotion answered",
            "n": "photographs",
        },
        "coverage": _PERSON
        | {
            "emotion": "emotion of the cell",
            "camera_angle_deg": "camera angle in degrees, 90 is frontal",
            "gaze": "direction of gaze",
            "status": "ok, or what is missing: no face, no reference, own reference, missing photograph ...",
        },
        "rejects": {
            "corpus": "name of the corpus",
            "path": "file that was set aside",
            "reason": "in a few words",
            "detail": "in a sentence",
        },
        "parts": _PLACE | _SIZES,
        "placement": {"subject_id": "the person"} | _PLACE | {"n_images": "photographs of the person there"},
        "overlap": {
            "strategy": "by_person or by_image",
            "people": "people in the split",
            "people_in_several": "of these, in more than one part",
            "photographs": "photographs in the split",
            "photographs_in_several": "of these, in more than one part",
            "instants": "person, emotion and gaze: what several cameras saw at once",
            "instants_in_several": "of these, in more than one part",
        },
        "sizes": {
            "corpus": "name of the corpus",
            "width_px": "width",
            "height_px": "height",
            "n_images": "photographs of that size",
            "n_people": "people in them",
            "least_bytes": "of their files",
            "median_bytes": "of their files",
            "greatest_bytes": "of their files",
        },
        "quality": {
            "audit_id": "the audit",
            "stage": "rows, splits, features or results",
            "n_checks": "checks that it made",
            "n_failed": "those that warned or set rows aside",
            "failed": "their names",
        },
        "faces": {
            "emotion": "emotion of the photographs averaged",
            "camera_angle_deg": "camera angle in degrees",
            "mean_delta": f"mean difference to the neutral face, list of {VECTOR_LENGTH} floats, head frame, "
            "inter-ocular distances",
            "n": "photographs averaged",
        },
    }
)
"""Every frame's columns and their meaning."""


@dataclass(frozen=True)
class Frames:
    """Everything that the dashboards show; `COLUMNS` documents each frame.

    `neutral` is the mean neutral face, (468, 3) float, or None where no face is known: head frame, inter-ocular
    distances, x to the right of the picture, y downwards, z away from the camera. `about` holds sentences on the store
    (corpora, when published, version, audit), shown in its order; `links` further pages of the folder or beside
    it: title to relative address. `queries` has, for each frame, the SQL that gives its rows from the published store.

    Raises `ShapeError` where a frame lacks a column or the face has another shape.
    """

    leaderboard: pl.DataFrame
    metrics: pl.DataFrame
    epochs: pl.DataFrame
    comparisons: pl.DataFrame
    ranks: pl.DataFrame
    reliability: pl.DataFrame
    roc: pl.DataFrame
    confusion: pl.DataFrame
    coverage: pl.DataFrame
    rejects: pl.DataFrame
    parts: pl.DataFrame
    placement: pl.DataFrame
    overlap: pl.DataFrame
    sizes: pl.DataFrame
    quality: pl.DataFrame
    faces: pl.DataFrame
    neutral: NDArray[np.floating] | None = None
    about: Mapping[str, object] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    queries: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, columns in COLUMNS.items():
            received = getattr(self, name).columns
            lacking = [column for column in columns if column not in received]
            if lacking:
                raise ShapeError(f"frame {name}: expected columns {', '.join(columns)}; lacking {', '.join(lacking)}")
        if self.neutral is not None and self.neutral.shape != (LANDMARK_COUNT, AXES):
            raise ShapeError(f"neutral face: expected {(LANDMARK_COUNT, AXES)}, received {self.neutral.shape}")
