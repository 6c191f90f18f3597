-- What exactly was the best model trained on?
-- From the run back to the files: each training photograph by the sha256 of its bytes, the reference photograph of its
-- delta, the label as of the split, and everything else that determines the result: the fingerprint of the split, the
-- version of each feature, the code version, and the sha256 of the trained weights. For another run, use its id
-- instead of `best`.
-- Answer: one row per photograph of the training part.
WITH best AS (
    FROM leaderboard WHERE split = 'by_person' AND accuracy IS NOT NULL ORDER BY accuracy DESC, run_id LIMIT 1
)
FROM lineage AS l
SEMI JOIN best USING (run_id)
JOIN catalogue.emotions AS e ON e.label = l.truth
SELECT
    l.run_id, l.photograph_sha256, l.path, l.reference_sha256, e.emotion AS label, l.known_at, l.split_id,
    l.split_fingerprint, l.service, l.feature_versions, l.code_version, l.artifact_sha256
WHERE l.part = 'train'
ORDER BY l.path, l.photograph_sha256
