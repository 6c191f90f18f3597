-- one row a run of a store of version 2: each is a configuration of its own
FROM old.registry.runs SELECT *, run_id AS configuration
