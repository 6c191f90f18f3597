-- One row per strategy, part, factor and level, except of strategies and parts of which a run with metrics was tested on
-- one of these photographs. The metrics of that run are left out, too, so that both are computed again.
WITH affected AS (
    FROM source.registry.metrics AS v
    JOIN source.registry.runs AS r USING (run_id)
    JOIN source.splits.sets AS s USING (split_id)
    JOIN source.splits.assignments AS a ON a.split_id = r.split_id AND a.part = v.part
    SELECT DISTINCT s.strategy, v.part
    WHERE v.slice = 'all' AND a.image_id IN (SELECT unnest($image_ids::VARCHAR[]))
)
FROM source.registry.effects AS m
ANTI JOIN affected AS c ON c.strategy = m.strategy AND c.part = m.part
