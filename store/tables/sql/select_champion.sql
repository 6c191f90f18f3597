-- one row: the system that is champion, where there is one, and the run that it was crowned with
FROM registry.promotions AS p
JOIN registry.runs AS r USING (run_id)
SELECT p.run_id, r.model, r.recipe, p.promoted_at
WHERE p.alias = 'champion'
ORDER BY p.promoted_at DESC
LIMIT 1
