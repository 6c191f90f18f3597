-- One row per model, recipe and split strategy.
FROM leaderboard AS l
JOIN registry.runs AS r USING (run_id)
SELECT
    l.* EXCLUDE (split, note), l.split AS strategy, l.note AS status_detail,
    r.parameters->>'$.members[*].model' AS members
ORDER BY ALL
