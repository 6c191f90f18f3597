-- One row per current system (model, recipe and strategy): the run that represents it, with the lowest seed and
-- repeat.
CREATE OR REPLACE VIEW registry.systems AS
FROM registry.current
SELECT *, count(*) FILTER (status = 'completed') OVER (PARTITION BY model, recipe, strategy) AS n_runs
QUALIFY row_number() OVER (PARTITION BY model, recipe, strategy ORDER BY seed, "repeat") = 1
