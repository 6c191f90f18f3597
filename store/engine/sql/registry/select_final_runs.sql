-- One row per run whose weights final models need: final models, and the members that a final ensemble averages.
FROM registry.finals SELECT run_id
UNION
FROM registry.finals JOIN registry.runs USING (run_id) SELECT unnest(parameters->>'$.members[*].run_id')
