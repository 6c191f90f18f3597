-- One row per snapshot that affect-store made and that is still there, the oldest first.
FROM lake.snapshots()
SELECT
    snapshot_id, snapshot_time, commit_message, commit_extra_info->>'$.home_id' AS home_id,
    commit_extra_info->>'$.publication' AS publication
WHERE commit_extra_info IS NOT NULL
ORDER BY snapshot_id
