-- One row per comparison with a run that is missing from registry.runs, or of a run with itself.
SELECT comparisons.run_id, comparisons.other_run_id, comparisons.part, comparisons.slice, comparisons.metric
FROM {batch} AS comparisons
WHERE comparisons.run_id = comparisons.other_run_id
   OR NOT EXISTS (FROM registry.runs AS runs WHERE runs.run_id = comparisons.run_id)
   OR NOT EXISTS (FROM registry.runs AS runs WHERE runs.run_id = comparisons.other_run_id)
