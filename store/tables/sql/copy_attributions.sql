-- one row of the attributions of a run, without runs that were explained by one of these photographs
WITH counted AS (
    FROM source.registry.runs AS r
    JOIN source.splits.assignments AS a USING (split_id)
    SELECT DISTINCT r.run_id
    WHERE a.part <> 'test' AND a.image_id IN (SELECT unnest($image_ids::VARCHAR[]))
)
FROM source.registry.attributions AS m
ANTI JOIN counted AS c ON c.run_id = m.run_id
