-- One row per decision about a champion or challenger, newest first: the run, the run it was compared with, and the
-- reason.
FROM registry.promotions AS p
LEFT JOIN registry.runs AS r ON r.run_id = p.run_id
LEFT JOIN registry.runs AS a ON a.run_id = p.against_run_id
SELECT
    p.promoted_at, p.run_id, p.alias, r.model, r.recipe, p.against_run_id, a.model AS against_model,
    a.recipe AS against_recipe, p.statistic, p.p, p.reason
ORDER BY p.promoted_at DESC, p.run_id
