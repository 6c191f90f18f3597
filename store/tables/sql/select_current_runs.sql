-- one row a run whose weights are needed: it counts today, or one that does averages it
FROM registry.current SELECT run_id
UNION
FROM registry.current JOIN registry.runs USING (run_id) SELECT unnest(parameters->>'$.members[*].run_id')
