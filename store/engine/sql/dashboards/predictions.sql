-- One row per run on the leaderboard and test photograph: the prediction, its probability, and the run and reference
-- photograph behind it.
WITH test_predictions AS (
    FROM registry.predictions
    SEMI JOIN leaderboard USING (run_id)
    SELECT run_id, image_id, truth, predicted, list_value(*COLUMNS('.*_prob')) AS eight, further_chances
    WHERE part = 'test'
)
FROM test_predictions AS p
JOIN catalogue.emotions AS t ON t.label = p.truth
JOIN catalogue.emotions AS g ON g.label = p.predicted
JOIN lineage AS l ON l.run_id = p.run_id AND l.photograph_sha256 = p.image_id AND l.part = 'test'
SELECT
    p.run_id, p.image_id, l.made_by, l.reference_sha256 AS reference_image_id, p.truth, p.predicted,
    coalesce(p.eight[p.truth + 1], p.further_chances[t.emotion]) AS truth_prob,
    coalesce(p.eight[p.predicted + 1], p.further_chances[g.emotion]) AS predicted_prob
ORDER BY p.image_id, p.run_id
