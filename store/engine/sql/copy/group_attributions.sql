-- One row per run, emotion and landmark group, except of runs that were trained or validated on one of these
-- photographs.
WITH affected AS (
    FROM source.registry.runs AS r
    JOIN source.splits.assignments AS a USING (split_id)
    SELECT DISTINCT r.run_id
    WHERE a.part <> 'test' AND a.image_id IN (SELECT unnest($image_ids::VARCHAR[]))
)
FROM source.registry.group_attributions AS m
ANTI JOIN affected AS c ON c.run_id = m.run_id
