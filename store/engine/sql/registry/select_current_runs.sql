-- One row per run whose weights are needed: current runs, and the members that a current ensemble averages.
FROM registry.current SELECT run_id
UNION
FROM registry.current JOIN registry.runs USING (run_id) SELECT unnest(parameters->>'$.members[*].run_id')
