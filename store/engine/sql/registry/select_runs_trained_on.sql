-- One row per run with weights whose training or validation part holds one of these photographs.
FROM registry.runs AS r
SELECT run_id, artifact_path
WHERE artifact_path IS NOT NULL
  AND EXISTS (
    FROM splits.assignments AS a
    WHERE a.split_id = r.split_id AND a.part <> 'test' AND a.image_id IN (SELECT unnest($image_ids::VARCHAR[]))
  )
ORDER BY run_id
