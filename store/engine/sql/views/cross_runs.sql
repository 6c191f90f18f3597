-- One row per current run across corpora: all seeds of the configuration that was requested last for each model, recipe
-- and pair of corpora.
CREATE OR REPLACE VIEW registry.cross_corpus AS
FROM registry.runs AS r JOIN splits.cross_corpus AS s USING (split_id)
SELECT r.run_id, r.model, r.recipe, s.trained_on, s.tested_on, r.seed, r.status, r.requested_at, r.split_id
QUALIFY r.configuration = arg_max(r.configuration, r.requested_at) OVER (PARTITION BY r.model, r.recipe, r.split_id)
    AND row_number() OVER (PARTITION BY r.model, r.recipe, r.split_id, r.seed ORDER BY r.requested_at DESC) = 1
