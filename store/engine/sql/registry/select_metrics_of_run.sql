-- One row per slice and metric of a run in one part: all photographs first, then the levels of each factor.
FROM registry.metrics
SELECT slice, metric, value, low, high, n_images, n_people, method
WHERE run_id = $run_id AND part = $part
ORDER BY slice <> 'all', slice, metric
