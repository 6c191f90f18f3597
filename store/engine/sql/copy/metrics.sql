-- One row per run, part, slice and metric, except of parts that hold one of these photographs. Thirds of the rated
-- intensities are those of the whole split, so a run that has them loses the metrics of every part.
WITH affected AS (
    FROM source.registry.runs AS r
    JOIN source.splits.assignments AS a USING (split_id)
    SELECT DISTINCT r.run_id, a.part
    WHERE a.image_id IN (SELECT unnest($image_ids::VARCHAR[]))
),
with_thirds AS (
    FROM source.registry.metrics SELECT DISTINCT run_id WHERE starts_with(slice, 'intensity=')
)
FROM source.registry.metrics AS m
ANTI JOIN affected AS c ON c.run_id = m.run_id AND c.part = m.part
ANTI JOIN (FROM affected SEMI JOIN with_thirds USING (run_id)) AS t ON t.run_id = m.run_id
