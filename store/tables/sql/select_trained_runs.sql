-- one row a run that need not be trained, with the folder of its weights; one whose weights were pruned is trained again
SELECT run_id, artifact_path
FROM registry.runs
WHERE NOT coalesce(starts_with(status_detail, 'weights pruned'), false)
