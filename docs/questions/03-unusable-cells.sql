-- Which cells of the factorial design cannot be used in full, and why?
-- A cell is a combination of person, emotion, camera angle and gaze. 'missing photograph' means that the photograph
-- does not exist or was not ingested; the other reasons come from `features.misses`. Some of these cells can still be
-- used with aligned deltas: a neutral face that is the reference of its person has no `frontal_unit`, but may have
-- `aligned`.
-- Answer: one row per reason, emotion, camera angle and gaze that occurs, the most frequent first.
FROM coverage
SELECT
    status AS reason, emotion, camera_angle_deg, gaze, count(*) AS n_cells,
    count(*) FILTER (has_aligned) AS n_with_aligned, list(subject_id ORDER BY subject_id) AS people
WHERE status <> 'ok'
GROUP BY ALL
ORDER BY n_cells DESC, reason, emotion, camera_angle_deg, gaze
