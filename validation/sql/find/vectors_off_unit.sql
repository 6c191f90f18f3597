-- One row per vector with a triple whose norm is not 1 and that is not exactly 0.
SELECT DISTINCT {key}
FROM (
    SELECT
        {key}, unnest({column}[1:-1:3]) AS x, unnest({column}[2:-1:3]) AS y, unnest({column}[3:-1:3]) AS z
    FROM {source}
) AS triples
WHERE NOT (x = 0 AND y = 0 AND z = 0) AND NOT abs(sqrt(x * x + y * y + z * z) - 1) <= {tolerance}
