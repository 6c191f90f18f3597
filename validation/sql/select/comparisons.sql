-- One row per comparison of two runs.
SELECT run_id, other_run_id, part, slice, metric, value, p, p_adjusted, n_people FROM registry.comparisons
