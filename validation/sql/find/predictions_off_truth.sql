-- One row per prediction of a run in use whose truth differs from the photograph's emotion at the moment of the run's split.
WITH dated AS (
    SELECT predictions.run_id, predictions.image_id, predictions.truth, sets.as_of
    FROM {batch} AS predictions
    SEMI JOIN runs_in_use() AS used USING (run_id)
    LEFT JOIN registry.runs AS runs USING (run_id)
    LEFT JOIN splits.sets AS sets USING (split_id)
)
SELECT dated.run_id, dated.image_id
FROM dated
ASOF LEFT JOIN catalogue.labels AS labels
  ON labels.image_id = dated.image_id AND labels.known_at <= dated.as_of
LEFT JOIN catalogue.emotions AS numbered ON numbered.emotion = labels.emotion
WHERE dated.truth IS DISTINCT FROM numbered.label
