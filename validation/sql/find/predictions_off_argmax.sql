-- One row per prediction of a run in use that is not the most probable emotion.
WITH predictions AS (
    SELECT
        run_id, image_id, predicted, further_chances, [*COLUMNS('.*_prob')] AS eight,
        list_concat(eight, map_values(further_chances)) AS chances
    FROM {batch}
    SEMI JOIN runs_in_use() USING (run_id)
)
SELECT run_id, image_id
FROM predictions
LEFT JOIN catalogue.emotions AS emotions ON emotions.label = predictions.predicted
WHERE CASE WHEN predicted < len(eight) THEN eight[predicted + 1] ELSE further_chances[emotion] END
    IS DISTINCT FROM list_max(chances)
