-- One row a person of whom the photographs name more than one sex or population.
SELECT subject_id
FROM {batch}
GROUP BY subject_id
HAVING count(DISTINCT sex) > 1 OR count(DISTINCT population) > 1
