-- One row per system and current split whose representative run has a model: splits by person first, then by the mean
-- accuracy of the system's runs on the test part, as on the leaderboard.
WITH scores AS (
    FROM registry.current AS r JOIN registry.metrics AS m USING (run_id)
    SELECT r.model, r.recipe, r.strategy, avg(m.value) AS accuracy
    WHERE m.part = 'test' AND m.slice = 'all' AND m.metric = 'accuracy'
    GROUP BY ALL
)
FROM registry.systems AS s
JOIN registry.runs AS r USING (run_id)
LEFT JOIN scores ON scores.model = s.model AND scores.recipe = s.recipe AND scores.strategy = s.strategy
SELECT s.run_id, s.model, s.recipe, s.strategy, accuracy
WHERE r.status = 'completed' AND r.artifact_path IS NOT NULL
ORDER BY s.strategy = 'by_person' DESC, accuracy DESC NULLS LAST, s.model, s.recipe
