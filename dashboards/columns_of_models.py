"""The columns of the frames that tell of runs and what they say, and what each means. No frame is made here.

Shares, probabilities and accuracies are numbers from 0 to 1; moments are in UTC.
"""

from __future__ import annotations

from store.vocabulary import LANDMARK_COUNT, VECTOR_LENGTH

_RUN = {"run_id": "the training run"}
_SIZES = {"n_images": "photographs behind the value", "n_people": "people behind the value"}
_TEST = "on the test part; null where untrainable"

OF_MODELS = {
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
    "hardest": _RUN
    | {
        "image_id": "the photograph, which the run got wrong",
        "subject_id": "the person",
        "path": "its file",
        "camera_angle_deg": "camera angle in degrees",
        "gaze": "direction of gaze",
        "truth": "emotion asked for",
        "predicted": "emotion answered",
        "truth_prob": "probability given to the emotion asked for",
        "predicted_prob": "probability given to the answer",
        "width_px": "of the photograph",
        "height_px": "of the photograph",
        "xyz": f"its landmarks, {VECTOR_LENGTH} floats, image-normalised; null where no face counts",
        "rgb": "its thumbnail, uint8 128 x 85 x 3, where faces are published; else null",
    },
    "attributions": _RUN
    | {
        "emotion": "of the photographs explained",
        "added": f"what each landmark's movement adds to the emotion's score, list of {LANDMARK_COUNT} floats",
        "n_images": "photographs explained",
    },
    "importances": _RUN
    | {
        "input": "what the system reads",
        "landmark_group": "which landmarks were mixed up among photographs; 'all' is the whole input",
        "value": "accuracy lost",
        "low": "lower end of its 95 % interval over people; null below 5 people",
        "high": "upper end of it",
    }
    | _SIZES,
    "predictions": _RUN
    | {
        "image_id": "the test photograph",
        "made_by": "the run whose weights made the prediction: of pooled folds that of a fold",
        "reference_image_id": "the photograph that its delta was taken against; null without deltas",
        "truth": "index of the emotion asked for",
        "predicted": "index of the emotion answered",
        "truth_prob": "probability given to the emotion asked for",
        "predicted_prob": "probability given to the answer",
    },
    "makers": {
        "run_id": "a run whose weights made a prediction",
        "model": "name of the system",
        "recipe": "published or corrected",
        "seed": "of its random choices",
        "started_at": "when its training began",
        "service": "the feature service that it was trained with",
        "service_version": "hash of the view versions in it",
        "feature_versions": "version of each view, as JSON",
        "code_version": "version of affect-store and a hash of its sources",
        "library_versions": "as JSON",
        "artifact_path": "folder of its weights in the home",
        "artifact_sha256": "sha256 over the files there",
        "strategy": "how its photographs were split",
        "fold": "whose people were tested, from 0; null where it is no fold",
        "split_id": "the split",
        "fingerprint": "sha256 over the split's members, their parts, labels and features",
        "as_of": "the moment whose labels and features the split holds",
    },
    "runs": _RUN
    | {
        "model": "name of the system",
        "recipe": "published or corrected",
        "strategy": "how its photographs were split: by_person, by_image, folds, or one fold",
        "fold": "whose people were tested, from 0; null where it is no fold",
        "seed": "of its random choices",
        "status": "completed, untrainable or failed",
        "status_detail": "what could not be done, in a sentence",
        "started_at": "when",
        "duration_s": "seconds",
        "epochs": "epochs trained; null for models without epochs",
        "code_version": "version of affect-store and a hash of its sources",
        "is_current": "whether it counts today",
        "is_pooled": "whether it pools or averages the predictions of others, and trained nothing itself",
        "accuracy": "on the test part; null where it has none",
    },
    "promotions": _RUN
    | {
        "promoted_at": "when",
        "alias": "champion or challenger",
        "model": "name of the system",
        "recipe": "published or corrected",
        "against_run_id": "the run that it was compared with",
        "against_model": "its system",
        "against_recipe": "its recipe",
        "statistic": "of the test",
        "p": "p value",
        "reason": "why",
    },
    "publications": _RUN
    | {
        "published_at": "when",
        "code_version": "version of affect-store and a hash of its sources",
        "n_images": "photographs in use",
        "n_people": "people in them",
        "n_runs": "training runs in the registry",
        "n_failed": "checks that did not pass in the audits that let it through",
        "value": "test accuracy by person of its best run, which is run_id; null where it had none",
        "low": "lower end of the 95 % interval over people; null below 5 people",
        "high": "upper end of it",
    },
}
