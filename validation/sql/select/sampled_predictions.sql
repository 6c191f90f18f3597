-- One row per prediction of a run, of a few photographs chosen by the seed.
FROM registry.predictions
WHERE run_id = $run_id
ORDER BY sha256($seed || image_id)
LIMIT $photographs
