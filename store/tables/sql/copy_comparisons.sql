-- one row a pair of runs, part, slice and metric, without the parts of a run that hold one of these photographs
WITH counted AS (
    FROM source.registry.runs AS r
    JOIN source.splits.assignments AS a USING (split_id)
    SELECT DISTINCT r.run_id, a.part
    WHERE a.image_id IN (SELECT unnest($image_ids::VARCHAR[]))
)
FROM source.registry.comparisons AS m
ANTI JOIN counted AS one ON one.run_id = m.run_id AND one.part = m.part
ANTI JOIN counted AS other ON other.run_id = m.other_run_id AND other.part = m.part
