-- One row per completed run that was requested last for its model, recipe and current split or pair of corpora.
-- The rows are shuffled by the seed.
SELECT
    runs.run_id, runs.model, runs.recipe, runs.split_id, sets.strategy, sets.as_of, sets.feature_versions, runs.artifact_path,
    runs.artifact_sha256, runs.feature_versions AS run_versions,
    (
        FROM catalogue.emotions AS emotions
        SELECT to_json(map(list(emotion), list(label)))
        WHERE list_contains(sets.further_emotions::VARCHAR[], emotions.emotion)
    ) AS further_labels
FROM registry.runs AS runs
JOIN splits.sets AS sets USING (split_id)
LEFT JOIN splits.cross_corpus AS crossed USING (split_id)
WHERE runs.status = 'completed'
  AND (crossed.split_id IS NOT NULL OR runs.split_id IN (SELECT split_id FROM splits.current))
QUALIFY row_number() OVER (
    PARTITION BY runs.model, runs.recipe, sets.strategy, crossed.split_id ORDER BY runs.requested_at DESC
) = 1
ORDER BY sha256($seed || runs.run_id)
