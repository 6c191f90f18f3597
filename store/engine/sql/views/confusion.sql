-- One row per run, part, true emotion and predicted emotion that occurs: the number of photographs, and their share of
-- those with this true emotion.
CREATE OR REPLACE VIEW confusion AS
WITH counted AS (
    FROM registry.predictions SELECT run_id, part, truth, predicted, count(*) AS n GROUP BY ALL
)
FROM counted AS p
JOIN registry.runs AS r USING (run_id)
JOIN splits.sets AS s USING (split_id)
JOIN catalogue.emotions AS t ON t.label = p.truth
JOIN catalogue.emotions AS g ON g.label = p.predicted
SELECT
    r.model, r.recipe, s.strategy AS split, p.part, t.emotion AS truth, g.emotion AS predicted, p.n,
    p.n / sum(p.n) OVER (PARTITION BY p.run_id, p.part, p.truth) AS share, p.run_id
ORDER BY ALL
