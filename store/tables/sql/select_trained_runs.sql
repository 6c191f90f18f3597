-- one row a run that need not be trained: one whose weights were pruned is, where it is asked for again
SELECT run_id FROM registry.runs WHERE NOT coalesce(starts_with(status_detail, 'weights pruned'), false)
