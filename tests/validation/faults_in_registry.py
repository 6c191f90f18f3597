"""Faults in the registry: runs, epochs, predictions, metrics and comparisons."""

from __future__ import annotations

from affect_store.store.vocabulary import EMOTIONS
from tests.validation.planting import (
    COMPARISONS,
    DECLARATIONS,
    EPOCHS,
    MANY,
    METRICS,
    NAN,
    PREDICTIONS,
    RUNS,
    SERVICES,
    UNKNOWN,
    UNLABELLED,
    Fault,
    delete,
    update,
)

CHANCE = f"{EMOTIONS[0]}_prob"
FIRST_RUN = f"run_id = (SELECT min(run_id) FROM {RUNS} WHERE status = 'completed')"
SECOND_RUN = f"run_id = (SELECT run_id FROM {RUNS} ORDER BY run_id LIMIT 1 OFFSET 1)"
LAST_RUN = f"run_id = (SELECT max(run_id) FROM {RUNS})"
FIRST_PREDICTION = f"{FIRST_RUN} AND image_id = (SELECT min(image_id) FROM {PREDICTIONS} WHERE {FIRST_RUN})"
TESTED = f"{FIRST_RUN} AND part = 'test'"
OVERALL = TESTED + " AND slice = 'all' AND metric = '{}'"
RUN_IDS = f"(SELECT list(DISTINCT run_id ORDER BY run_id) FROM {PREDICTIONS})"
SHIFTED = (
    f"UPDATE {PREDICTIONS} AS target SET predicted = source.predicted, "
    + ", ".join(f"{name}_prob = source.{name}_prob" for name in EMOTIONS)
    + f" FROM (SELECT *, lead(image_id) OVER (ORDER BY image_id) AS next_id FROM {PREDICTIONS} WHERE {FIRST_RUN}) "
    "AS source WHERE target.run_id = source.run_id AND target.image_id = source.next_id"
)

UNLABELLED_PREDICTION = (
    f"INSERT INTO {UNLABELLED} BY NAME SELECT * EXCLUDE (part, truth) {{}} FROM {PREDICTIONS} WHERE {FIRST_PREDICTION}"
)

FAULTS = (
    Fault("no runs at all", RUNS, "row count", delete(RUNS, "true"), 0),
    Fault(
        "run without predictions",
        RUNS,
        "predictions for every completed run",
        delete(PREDICTIONS, "run_id = (SELECT max(run_id) FROM registry.predictions)"),
    ),
    Fault(
        "run of another feature version than its service",
        RUNS,
        "inputs match the service and the split",
        "UPDATE registry.runs SET feature_versions = regexp_replace(feature_versions::VARCHAR, "
        f"'[0-9a-f]+\"}}', 'stale\"}}') WHERE {FIRST_RUN}",
        column="feature_versions",
        batch="models",
    ),
    Fault(
        "service that lost a feature",
        RUNS,
        "inputs match the service and the split",
        delete(
            SERVICES,
            "service = (SELECT min(service) FROM registry.runs) "
            "AND feature = (SELECT min(s.feature) FROM features.services AS s "
            "WHERE s.service = (SELECT min(service) FROM registry.runs))",
        ),
    ),
    Fault("infinite loss", EPOCHS, "finite and in range", update(EPOCHS, "loss", "'infinity'::DOUBLE"), column="loss"),
    Fault("epochs of an unknown run", EPOCHS, "known run", update(EPOCHS, "run_id", UNKNOWN)),
    Fault(
        "probabilities that do not sum to 1",
        PREDICTIONS,
        "probabilities sum to 1",
        f"UPDATE registry.predictions SET angry_prob = angry_prob / 2 + 0.4 WHERE {FIRST_PREDICTION}",
        batch="predictions",
    ),
    Fault("NaN probability", PREDICTIONS, "finite and in range", update(PREDICTIONS, CHANCE, NAN), column=CHANCE),
    Fault("NaN in the sum", PREDICTIONS, "probabilities sum to 1", update(PREDICTIONS, CHANCE, NAN)),
    Fault(
        "predicted is not the most probable",
        PREDICTIONS,
        "prediction is the most probable class",
        f"UPDATE registry.predictions SET predicted = (predicted + 1) % 8 WHERE {SECOND_RUN}",
        rows=MANY,
        column="predicted",
        batch="predictions",
    ),
    Fault(
        "labelled photograph among the unlabelled",
        UNLABELLED,
        "photograph is unlabelled",
        UNLABELLED_PREDICTION.format(""),
        column="image_id",
    ),
    Fault(
        "unlabelled probabilities that do not sum to 1",
        UNLABELLED,
        "probabilities sum to 1",
        UNLABELLED_PREDICTION.format("REPLACE (angry_prob / 2 + 0.4 AS angry_prob)"),
    ),
    Fault(
        "unlabelled prediction that is not the most probable",
        UNLABELLED,
        "prediction is the most probable class",
        UNLABELLED_PREDICTION.format("REPLACE ((predicted + 1) % 8 AS predicted)"),
        column="predicted",
    ),
    Fault(
        "validate predictions called test",
        PREDICTIONS,
        "part matches the split",
        update(PREDICTIONS, "part", "'test'", "part = 'validate'"),
        46,
    ),
    Fault(
        "prediction of an unknown run", PREDICTIONS, "part matches the split", update(PREDICTIONS, "run_id", UNKNOWN)
    ),
    Fault(
        "truths of other images",
        PREDICTIONS,
        "truth matches the catalogue",
        f"UPDATE registry.predictions SET truth = (truth + 1) % 8 WHERE {LAST_RUN}",
        rows=MANY,
        column="truth",
        batch="predictions",
    ),
    Fault(
        "status failed on a run with predictions",
        RUNS,
        "results of completed runs only",
        f"UPDATE registry.runs SET status = 'failed' WHERE {SECOND_RUN}",
        column="status",
        batch="predictions",
    ),
    Fault(
        "metrics missing",
        RUNS,
        "metrics for every run with predictions",
        f"DELETE FROM registry.metrics WHERE {LAST_RUN}",
        rows=MANY,
        batch="measured",
    ),
    Fault(
        "truncated predictions",
        PREDICTIONS,
        "prediction for every photograph with features",
        f"DELETE FROM registry.predictions WHERE {LAST_RUN} AND part = 'test' AND image_id < 'a'",
        rows=MANY,
        batch="predictions",
    ),
    Fault(
        "one prediction left of a run",
        PREDICTIONS,
        "prediction for every photograph with features",
        delete(PREDICTIONS, f"{FIRST_RUN} AND image_id <> (SELECT min(image_id) FROM {PREDICTIONS})"),
        MANY,
    ),
    Fault(
        "predictions of two runs exchanged",
        METRICS,
        "metrics reproducible from predictions",
        update(
            PREDICTIONS,
            "run_id",
            f"CASE run_id WHEN {RUN_IDS}[1] THEN {RUN_IDS}[2] ELSE {RUN_IDS}[1] END",
            f"run_id IN (SELECT unnest({RUN_IDS}[:2]))",
        ),
        MANY,
    ),
    Fault(
        "probabilities shifted by one photograph within a run",
        METRICS,
        "metrics reproducible from predictions",
        SHIFTED,
        MANY,
    ),
    Fault(
        "accuracy of 0.99",
        METRICS,
        "accuracy matches the predictions",
        f"UPDATE registry.metrics SET value = 0.99 WHERE {TESTED} AND slice = 'all' AND metric = 'accuracy'",
        column="value",
        batch="measured",
    ),
    Fault(
        "accuracy of a slice forged",
        METRICS,
        "metrics reproducible from predictions",
        update(METRICS, "value", "0.99", f"{TESTED} AND slice LIKE 'sex=%' AND metric = 'accuracy'"),
        MANY,
    ),
    Fault(
        "macro F1 of 0.99",
        METRICS,
        "metrics reproducible from predictions",
        f"UPDATE registry.metrics SET value = 0.99 WHERE {TESTED} AND slice = 'all' AND metric = 'macro_f1'",
        column="value",
        batch="measured",
    ),
    Fault(
        "interval forged",
        METRICS,
        "metrics reproducible from predictions",
        update(METRICS, "low", "value, high = value", f"{TESTED} AND metric = 'accuracy'"),
        MANY,
    ),
    Fault(
        "a metric of a run missing",
        METRICS,
        "metrics reproducible from predictions",
        delete(METRICS, f"{TESTED} AND slice = 'all' AND metric = 'roc_auc'"),
    ),
    Fault(
        "log loss of -5",
        METRICS,
        "metric in its range",
        f"UPDATE registry.metrics SET value = -5 WHERE {TESTED} AND slice = 'all' AND metric = 'log_loss'",
        column="value",
        batch="measured",
    ),
    Fault(
        "p forged",
        COMPARISONS,
        "comparisons reproducible from predictions",
        update(COMPARISONS, "p", "0.001, p_adjusted = 0.001"),
        MANY,
    ),
    Fault(
        "comparisons missing",
        COMPARISONS,
        "comparisons reproducible from predictions",
        "DELETE FROM registry.comparisons",
        rows=MANY,
        column="value",
        batch="measured",
    ),
    Fault(
        "equivalence forged",
        COMPARISONS,
        "comparisons reproducible from predictions",
        update(COMPARISONS, "value", "0.5", "metric = 'equivalence'"),
        MANY,
    ),
    Fault(
        "a declaration dated back",
        DECLARATIONS,
        "hash matches the declaration",
        "INSERT INTO registry.declarations BY NAME SELECT now() AS declared_at, 'a hash' AS hash, 'mm1' AS model, "
        "'corrected' AS recipe, 'lda' AS other_model, 'corrected' AS other_recipe, 'folds' AS strategy, 0.05 AS margin",
        column="hash",
    ),
    Fault("accuracy above 1", METRICS, "metric in its range", update(METRICS, "value", "1.5")),
    Fault(
        "kappa below -1",
        METRICS,
        "metric in its range",
        update(METRICS, "value", "-1.5", OVERALL.format("cohen_kappa")),
    ),
    Fault(
        "Brier score above 2",
        METRICS,
        "metric in its range",
        update(METRICS, "value", "2.1", OVERALL.format("brier_score")),
    ),
    Fault(
        "entropy above that of all pairs",
        METRICS,
        "metric in its range",
        update(METRICS, "value", "6", OVERALL.format("confusion_entropy")),
    ),
    Fault("interval turned around", METRICS, "metric in its range", update(METRICS, "low", "0.6, high = 0.5")),
    Fault("NaN metric", METRICS, "finite and in range", update(METRICS, "value", "'nan'::DOUBLE"), column="value"),
    Fault("metric of an unknown run", METRICS, "known run", update(METRICS, "run_id", UNKNOWN)),
    Fault("run compared with itself", COMPARISONS, "known run", update(COMPARISONS, "other_run_id", "run_id")),
    Fault(
        "epochs missing",
        EPOCHS,
        "epochs match the artifact",
        f"DELETE FROM registry.epochs WHERE {FIRST_RUN}",
        batch="models",
        needs_run=True,
    ),
    Fault(
        "artifact that is not the recorded one",
        RUNS,
        "artifact matches its checksum",
        f"UPDATE registry.runs SET artifact_sha256 = reverse(artifact_sha256) WHERE {SECOND_RUN}",
        column="artifact_sha256",
        batch="models",
        needs_run=True,
    ),
    Fault(
        "artifact missing",
        RUNS,
        "artifact matches its checksum",
        f"UPDATE registry.runs SET artifact_path = 'artifacts/nowhere' WHERE {LAST_RUN}",
        column="artifact_sha256",
        batch="models",
        needs_run=True,
    ),
    Fault(
        "predictions that the model does not make",
        PREDICTIONS,
        "predictions reproducible from the model",
        "UPDATE registry.predictions SET happy_prob = 1 - happy_prob, predicted = 4, "
        + ", ".join(
            f"{name}_prob = {name}_prob * happy_prob / greatest(1 - happy_prob, 0.001)"
            for name in EMOTIONS
            if name != "happy"
        ),
        batch="forged",
        needs_run=True,
    ),
    Fault(
        "metrics of forged predictions",
        METRICS,
        "metrics reproducible from predictions",
        "SELECT 1",
        column="value",
        batch="forged",
        needs_run=True,
    ),
)
