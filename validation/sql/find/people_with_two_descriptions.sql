-- One row per person whose photographs have more than one sex or population.
SELECT subject_id
FROM {batch}
WHERE missing_since IS NULL AND removed_at IS NULL
GROUP BY subject_id
HAVING count(DISTINCT sex) > 1 OR count(DISTINCT population) > 1
