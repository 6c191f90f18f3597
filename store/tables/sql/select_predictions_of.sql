-- one row a photograph that the run could score
FROM registry.predictions WHERE run_id = $run_id ORDER BY image_id
