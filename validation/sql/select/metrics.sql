-- One row per metric of one part of a run.
SELECT part, slice, metric, value, low, high, n_images, n_people
FROM registry.metrics
WHERE run_id = $run_id AND part = $part
