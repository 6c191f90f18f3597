-- At most one row: the system that was promoted last or last defended the title, in whatever corpus, and its run.
FROM registry.promotions AS p
JOIN registry.runs AS r USING (run_id)
SELECT r.run_id, r.model, r.recipe, r.artifact_path
WHERE p.alias = 'champion'
ORDER BY p.promoted_at DESC
LIMIT 1
