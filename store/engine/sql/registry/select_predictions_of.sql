-- One row per photograph that the run scored.
FROM registry.predictions WHERE run_id = $run_id ORDER BY image_id
