-- one row a run of the leaderboard and test photograph: what was said, how surely, and what it was made from
WITH answers AS (
    FROM registry.predictions
    SEMI JOIN leaderboard USING (run_id)
    SELECT run_id, image_id, truth, predicted, list_value(*COLUMNS('.*_prob')) AS probabilities
    WHERE part = 'test'
)
FROM answers AS a
JOIN lineage AS l ON l.run_id = a.run_id AND l.photograph_sha256 = a.image_id AND l.part = 'test'
SELECT
    a.run_id, a.image_id, l.made_by, l.reference_sha256 AS reference_image_id, a.truth, a.predicted,
    a.probabilities[a.truth + 1] AS truth_prob, a.probabilities[a.predicted + 1] AS predicted_prob
ORDER BY a.image_id, a.run_id
