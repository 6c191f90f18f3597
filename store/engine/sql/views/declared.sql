-- One row per declaration of a primary comparison, with the time at which the first run of its two systems started: of a
-- current run, of a fold that it pools, or of a member that it averages.
CREATE OR REPLACE VIEW registry.declared AS
WITH RECURSIVE runs_of AS (
    FROM registry.declarations AS d
    JOIN registry.current AS c
        ON c.strategy = d.strategy
        AND ((c.model = d.model AND c.recipe = d.recipe) OR (c.model = d.other_model AND c.recipe = d.other_recipe))
    JOIN registry.runs AS r USING (run_id)
    SELECT d.hash, r.run_id, r.started_at, r.parameters->>'$.members[*].run_id' AS members
    UNION
    FROM runs_of AS p
    JOIN registry.runs AS r ON r.pooled_run_id = p.run_id OR list_contains(p.members, r.run_id)
    SELECT p.hash, r.run_id, r.started_at, r.parameters->>'$.members[*].run_id' AS members
),
started AS (
    FROM runs_of SELECT hash, min(started_at) AS first_run_at GROUP BY hash
)
FROM registry.declarations AS d
LEFT JOIN started AS s USING (hash)
SELECT
    d.declared_at, d.hash, d.model, d.recipe, d.other_model, d.other_recipe, d.strategy, d.margin, s.first_run_at,
    row_number() OVER (ORDER BY d.declared_at DESC, d.hash) = 1 AS is_latest,
    coalesce(d.declared_at < s.first_run_at, true) AS is_before_training
