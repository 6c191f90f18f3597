-- Which cells of the factorial design cannot be used in full, and why?
-- A cell is a person, emotion, camera angle and gaze. 'missing photograph' was never taken or never arrived; the other
-- words are reasons of `features.misses`. Some cells can still be used with aligned deltas: a neutral face that is the
-- reference of the whole person has no `frontal_unit`, but may have `aligned`.
-- Answer: one row a reason, emotion, camera angle and gaze that occurs, the most frequent first.
FROM coverage
SELECT
    status AS reason, emotion, camera_angle_deg, gaze, count(*) AS n_cells,
    count(*) FILTER (has_aligned) AS n_with_aligned, list(subject_id ORDER BY subject_id) AS people
WHERE status <> 'ok'
GROUP BY ALL
ORDER BY n_cells DESC, reason, emotion, camera_angle_deg, gaze
