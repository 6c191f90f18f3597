-- One row per photograph that passed an earlier audit.
FROM passed
