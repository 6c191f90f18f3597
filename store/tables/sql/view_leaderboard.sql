-- one row a model, recipe and current split: the run last asked for, scored on the test part
CREATE OR REPLACE VIEW leaderboard AS
WITH newest AS (
    FROM registry.runs JOIN splits.current AS sets USING (split_id)
    SELECT runs.*, sets.strategy
    QUALIFY row_number() OVER (PARTITION BY model, recipe, strategy ORDER BY runs.requested_at DESC) = 1
),
scores AS (
    FROM registry.metrics
    SELECT
        run_id,
        max(value) FILTER (metric = 'accuracy') AS accuracy,
        max(low) FILTER (metric = 'accuracy') AS accuracy_low,
        max(high) FILTER (metric = 'accuracy') AS accuracy_high,
        max(value) FILTER (metric = 'accuracy_all') AS accuracy_all,
        max(value) FILTER (metric = 'chance') AS chance,
        max(value) FILTER (metric = 'macro_f1') AS macro_f1,
        max(value) FILTER (metric = 'roc_auc') AS roc_auc,
        max(value) FILTER (metric = 'log_loss') AS log_loss,
        max(value) FILTER (metric = 'calibration_error') AS calibration_error,
        max(n_images) FILTER (metric = 'accuracy') AS n_images,
        max(n_people) FILTER (metric = 'accuracy') AS n_people
    WHERE part = 'test' AND slice = 'all'
    GROUP BY run_id
),
trained AS (
    FROM registry.predictions SELECT run_id, count(*) AS n_train WHERE part = 'train' GROUP BY run_id
),
lengths AS (
    FROM registry.epochs SELECT run_id, max(epoch) AS epochs GROUP BY run_id
)
FROM newest
LEFT JOIN scores USING (run_id)
LEFT JOIN trained USING (run_id)
LEFT JOIN lengths USING (run_id)
SELECT
    model, recipe, strategy AS split, accuracy, accuracy_low, accuracy_high, accuracy_all, chance, macro_f1, roc_auc,
    log_loss, calibration_error, n_train, n_images, n_people, epochs, duration_s, status, status_detail AS note, run_id
ORDER BY split DESC, accuracy DESC NULLS LAST, model, recipe
