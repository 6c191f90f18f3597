-- one row a run, part, true emotion and predicted emotion that occurs: how many photographs, and of the true ones' share
CREATE OR REPLACE VIEW confusion AS
FROM registry.predictions AS p
JOIN registry.runs AS r USING (run_id)
JOIN splits.sets AS s USING (split_id)
JOIN catalogue.emotions AS t ON t.label = p.truth
JOIN catalogue.emotions AS g ON g.label = p.predicted
SELECT
    r.model, r.recipe, s.strategy AS split, p.part, t.emotion AS truth, g.emotion AS predicted, count(*) AS n,
    count(*) / sum(count(*)) OVER (PARTITION BY p.run_id, p.part, t.emotion) AS share, p.run_id
GROUP BY ALL
ORDER BY ALL
