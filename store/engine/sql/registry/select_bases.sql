-- One row per current system with a completed run by person: the run that represents it, from which a final model takes
-- what it cannot select itself.
FROM registry.systems JOIN registry.runs AS r USING (run_id)
SELECT r.run_id, r.model, r.recipe, r.seed, r.parameters
WHERE strategy = 'by_person' AND r.status = 'completed'
