-- One row per test of a challenger against a champion in this home, oldest first: the two systems, and the number of
-- people in the split on which they were trained. Systems and people are NULL if a run is no longer in the registry.
WITH tests AS (
    FROM registry.promotions SELECT DISTINCT ON (promoted_at) promoted_at, run_id, against_run_id
    WHERE p IS NOT NULL
    ORDER BY promoted_at, alias
),
people AS (
    FROM splits.assignments AS a JOIN catalogue.images AS i USING (image_id)
    SELECT a.split_id, count(DISTINCT i.subject_id) AS n_people
    GROUP BY a.split_id
)
FROM tests AS t
LEFT JOIN registry.runs AS r ON r.run_id = t.run_id
LEFT JOIN registry.runs AS o ON o.run_id = t.against_run_id
LEFT JOIN people AS n ON n.split_id = r.split_id
SELECT r.model, r.recipe, o.model AS other_model, o.recipe AS other_recipe, n.n_people
ORDER BY t.promoted_at
