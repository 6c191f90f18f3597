-- No rows: deletes all effects; those of a strategy are of all its systems together, so they are computed again together.
DELETE FROM registry.effects
