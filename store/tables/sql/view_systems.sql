-- one row a system that counts today, which is a model, a recipe and a strategy: the run that stands for it, of the
-- lowest seed and repeat
CREATE OR REPLACE VIEW registry.systems AS
FROM registry.current
SELECT *, count(*) FILTER (status = 'completed') OVER (PARTITION BY model, recipe, strategy) AS n_runs
QUALIFY row_number() OVER (PARTITION BY model, recipe, strategy ORDER BY seed, "repeat") = 1
