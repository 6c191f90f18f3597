-- One row per model, recipe and current split: the mean test scores of the system's current runs (seeds and repeats), and
-- the run that represents it.
CREATE OR REPLACE VIEW leaderboard AS
WITH scores AS (
    FROM registry.current AS r
    JOIN registry.metrics AS m USING (run_id)
    SELECT
        r.model, r.recipe, r.strategy,
        avg(value) FILTER (metric = 'accuracy') AS accuracy,
        avg(low) FILTER (metric = 'accuracy') AS accuracy_low,
        avg(high) FILTER (metric = 'accuracy') AS accuracy_high,
        avg(value) FILTER (metric = 'accuracy_all') AS accuracy_all,
        avg(value) FILTER (metric = 'accuracy_without_references') AS accuracy_without_references,
        avg(low) FILTER (metric = 'accuracy_without_references') AS accuracy_without_references_low,
        avg(high) FILTER (metric = 'accuracy_without_references') AS accuracy_without_references_high,
        avg(value) FILTER (metric = 'balanced_accuracy') AS balanced_accuracy,
        avg(value) FILTER (metric = 'chance') AS chance,
        avg(value) FILTER (metric = 'macro_f1') AS macro_f1,
        avg(value) FILTER (metric = 'cohen_kappa') AS cohen_kappa,
        avg(value) FILTER (metric = 'matthews_correlation') AS matthews_correlation,
        avg(value) FILTER (metric = 'roc_auc') AS roc_auc,
        avg(value) FILTER (metric = 'log_loss') AS log_loss,
        avg(value) FILTER (metric = 'log_loss_scaled') AS log_loss_scaled,
        avg(value) FILTER (metric = 'brier_score') AS brier_score,
        avg(value) FILTER (metric = 'brier_score_scaled') AS brier_score_scaled,
        avg(value) FILTER (metric = 'calibration_error') AS calibration_error,
        avg(value) FILTER (metric = 'calibration_error_scaled') AS calibration_error_scaled,
        avg(value) FILTER (metric = 'calibration_error_if_perfect') AS calibration_error_if_perfect,
        avg(value) FILTER (metric = 'calibration_error_if_perfect_scaled') AS calibration_error_if_perfect_scaled,
        avg(value) FILTER (metric = 'confusion_entropy') AS confusion_entropy,
        max(n_images) FILTER (metric = 'accuracy') AS n_images,
        max(n_people) FILTER (metric = 'accuracy') AS n_people
    WHERE part = 'test' AND slice = 'all'
    GROUP BY ALL
),
gaps AS (
    FROM registry.metrics
    SELECT
        run_id, max(value) AS largest_gap, arg_max(slice, value) AS gap_factor, arg_max(low, value) AS gap_low,
        arg_max(high, value) AS gap_high, arg_max(method, value) AS gap_between
    WHERE part = 'test' AND metric = 'accuracy_gap'
    GROUP BY run_id
),
seeds AS (
    FROM registry.current AS r
    JOIN registry.metrics AS m USING (run_id)
    SELECT
        r.model, r.recipe, r.strategy, min(m.value) AS least_accuracy, max(m.value) AS greatest_accuracy,
        stddev_samp(m.value) AS accuracy_sd
    WHERE m.part = 'test' AND m.slice = 'all' AND m.metric = 'accuracy'
    GROUP BY ALL
),
trained AS (
    FROM registry.predictions SELECT run_id, count(*) AS n_train WHERE part = 'train' GROUP BY run_id
),
lengths AS (
    FROM registry.epochs SELECT run_id, max(epoch) AS epochs GROUP BY run_id
)
FROM registry.systems AS s
JOIN registry.runs AS r USING (run_id)
LEFT JOIN scores ON scores.model = s.model AND scores.recipe = s.recipe AND scores.strategy = s.strategy
LEFT JOIN gaps USING (run_id)
LEFT JOIN seeds ON seeds.model = s.model AND seeds.recipe = s.recipe AND seeds.strategy = s.strategy
LEFT JOIN (FROM registry.ranks WHERE part = 'test') AS ranks USING (run_id)
LEFT JOIN trained USING (run_id)
LEFT JOIN lengths USING (run_id)
SELECT
    s.model, s.recipe, s.strategy AS split, accuracy, accuracy_low, accuracy_high, letters, mean_rank, accuracy_all,
    accuracy_without_references, accuracy_without_references_low, accuracy_without_references_high,
    balanced_accuracy, chance, macro_f1, cohen_kappa, matthews_correlation, roc_auc, log_loss, log_loss_scaled,
    brier_score, brier_score_scaled, calibration_error, calibration_error_scaled, calibration_error_if_perfect,
    calibration_error_if_perfect_scaled, confusion_entropy, largest_gap, gap_factor,
    gap_low, gap_high, gap_between, s.n_runs, least_accuracy, greatest_accuracy, accuracy_sd, n_train, n_images,
    scores.n_people, epochs, r.duration_s, r.status, r.status_detail AS note, s.run_id
ORDER BY split DESC, accuracy DESC NULLS LAST, s.model, s.recipe
