-- one row a run that counts today
FROM registry.current SELECT run_id
