-- One row per pair of runs, part, slice and metric, except of parts that hold one of these photographs.
WITH affected AS (
    FROM source.registry.runs AS r
    JOIN source.splits.assignments AS a USING (split_id)
    SELECT DISTINCT r.run_id, a.part
    WHERE a.image_id IN (SELECT unnest($image_ids::VARCHAR[]))
)
FROM source.registry.comparisons AS m
ANTI JOIN affected AS a ON a.run_id = m.run_id AND a.part = m.part
ANTI JOIN affected AS b ON b.run_id = m.other_run_id AND b.part = m.part
