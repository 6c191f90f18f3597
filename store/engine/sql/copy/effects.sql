-- One row per strategy, part, factor and level, except of strategies and parts that hold one of these photographs.
WITH affected AS (
    FROM source.splits.sets AS s
    JOIN source.splits.assignments AS a USING (split_id)
    SELECT DISTINCT s.strategy, a.part
    WHERE a.image_id IN (SELECT unnest($image_ids::VARCHAR[]))
)
FROM source.registry.effects AS m
ANTI JOIN affected AS c ON c.strategy = m.strategy AND c.part = m.part
