-- One row per current system with a completed run by person: the run that represents it, from which a final model takes
-- what it cannot select itself, and the run that pools its folds with the same limit of epochs, if there is one. Of a
-- model of the user's own, also the code that each was trained with, for the folds all of their runs'.
WITH completed AS (
    FROM registry.systems JOIN registry.runs AS r USING (run_id)
    SELECT r.run_id, r.model, r.recipe, r.seed, r.parameters, r.feature_versions, strategy
    WHERE r.status = 'completed'
)
FROM completed AS p
LEFT JOIN (FROM completed WHERE strategy = 'folds') AS f
    ON f.model = p.model AND f.recipe = p.recipe
    AND (f.parameters->>'$.epochs') IS NOT DISTINCT FROM (p.parameters->>'$.epochs_cap')
SELECT
    p.run_id, p.model, p.recipe, p.seed, p.parameters, f.run_id AS folds_run_id, p.feature_versions,
    p.parameters->>'$.own.code' AS code, f.feature_versions AS folds_versions,
    (FROM registry.runs AS part SELECT list(DISTINCT part.parameters->>'$.own.code') WHERE part.pooled_run_id = f.run_id)
        AS folds_codes
WHERE p.strategy = 'by_person'
