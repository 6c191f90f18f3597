-- one row a prediction of an older store, whose runs had no temperature
FROM old.registry.predictions SELECT *, 1 AS temperature
