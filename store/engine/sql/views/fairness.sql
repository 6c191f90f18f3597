-- One row per run on the leaderboard, group of people and metric, on the test part; people of unknown group are no group.
CREATE OR REPLACE VIEW fairness AS
FROM leaderboard AS l
JOIN registry.metrics AS m USING (run_id)
SELECT
    l.model, l.recipe, l.split, split_part(m.slice, '=', 1) AS factor, substr(m.slice, length(factor) + 2) AS level,
    m.metric, m.value, m.low, m.high, m.n_images, m.n_people, l.run_id
WHERE m.part = 'test' AND factor IN ('sex', 'population', 'age') AND m.slice <> factor AND level <> 'unknown'
ORDER BY l.split DESC, l.model, l.recipe, factor, level, m.metric
