-- One row per run that pages show or that such a run is made from.
-- These are the current runs, the folds that they pool and the systems that they average. Other runs are history.
CREATE OR REPLACE TEMP MACRO runs_in_use() AS TABLE
WITH shown AS (
    SELECT run_id FROM registry.current UNION SELECT run_id FROM registry.cross_corpus
)
FROM registry.runs AS runs
WHERE runs.run_id IN (FROM shown) OR runs.pooled_run_id IN (FROM shown)
   OR runs.run_id IN (
       SELECT unnest(averaging.parameters->>'$.members[*].run_id')
       FROM registry.runs AS averaging SEMI JOIN shown USING (run_id)
   )
