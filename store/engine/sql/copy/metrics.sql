-- One row per run, part, slice and metric, except of parts that hold one of these photographs.
WITH affected AS (
    FROM source.registry.runs AS r
    JOIN source.splits.assignments AS a USING (split_id)
    SELECT DISTINCT r.run_id, a.part
    WHERE a.image_id IN (SELECT unnest($image_ids::VARCHAR[]))
)
FROM source.registry.metrics AS m
ANTI JOIN affected AS c ON c.run_id = m.run_id AND c.part = m.part
