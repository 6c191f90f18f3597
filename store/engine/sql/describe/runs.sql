-- One row per run of a service or on a split, the latest first.
FROM registry.runs AS r JOIN splits.sets AS s USING (split_id)
SELECT r.run_id, r.model, r.recipe, s.strategy AS split, r.split_id, r.service_version, r.status, r.started_at
WHERE r.service = $service OR r.split_id = $split_id
ORDER BY r.requested_at DESC
