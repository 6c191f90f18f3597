-- One row per deleted metric of the runs whose split holds photographs with ratings that became known since a time.
DELETE FROM registry.metrics
WHERE run_id IN (
    FROM registry.runs AS r
    JOIN splits.assignments AS a USING (split_id)
    JOIN catalogue.ratings AS k USING (image_id)
    SELECT r.run_id
    WHERE k.known_at >= $since::TIMESTAMPTZ
)
RETURNING run_id
