-- One row a prediction of a run, of a few photographs that the seed chooses.
FROM registry.predictions
WHERE run_id = $run_id
ORDER BY sha256($seed || image_id)
LIMIT $photographs
