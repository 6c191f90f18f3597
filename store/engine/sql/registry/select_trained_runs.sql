-- One row per run that need not be trained, with the path and sha256 of its weights. Runs whose weights were pruned are
-- trained again, except those across corpora, whose weights are not kept.
FROM registry.runs AS r
LEFT JOIN splits.sets AS s USING (split_id)
SELECT run_id, artifact_path, artifact_sha256
WHERE NOT coalesce(starts_with(status_detail, 'weights pruned'), false) OR coalesce(s.strategy = 'cross_corpus', false)
