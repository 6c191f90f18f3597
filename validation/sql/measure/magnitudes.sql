-- One row per delta: its shortest vector, by kind.
SELECT views.kind || ': length of the shortest vector' AS name, list_min(deltas.magnitude) AS value, 0.0 AS low,
       NULL::DOUBLE AS high
FROM rows_to_check('features.deltas') AS deltas
JOIN features.views AS views ON views."view" = 'deltas' AND views.version = deltas.version
ORDER BY name
