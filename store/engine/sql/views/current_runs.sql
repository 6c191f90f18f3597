-- One row per current run: all seeds and repeats of the configuration that was requested last for each model, recipe
-- and current split.
CREATE OR REPLACE VIEW registry.current AS
WITH shown AS (
    FROM registry.runs AS r JOIN splits.current AS s USING (split_id)
    SELECT
        r.run_id, r.configuration, r.model, r.recipe, s.strategy, r.split_id, r.seed, s."repeat", r.status, r.requested_at
)
FROM shown
QUALIFY configuration = arg_max(configuration, requested_at) OVER (PARTITION BY model, recipe, strategy)
    AND row_number() OVER (PARTITION BY model, recipe, strategy, seed, "repeat" ORDER BY requested_at DESC) = 1
