-- One row per epoch of a run, in order.
FROM registry.epochs WHERE run_id = $run_id ORDER BY epoch
