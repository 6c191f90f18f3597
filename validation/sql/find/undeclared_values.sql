-- One row per row whose values are not those of the declared columns: another number of them, not finite or out of range.
WITH columns AS (
    SELECT version, unnest(parameters->'$.columns[*]') AS declared, generate_subscripts(parameters->'$.columns[*]', 1) AS position
    FROM features.views
    WHERE 'features.' || "view" = '{batch}'
), stored AS (
    SELECT * FROM rows_to_check('{batch}')
)
SELECT stored.image_id, stored.version
FROM stored
JOIN features.views AS views ON 'features.' || views."view" = '{batch}' AND views.version = stored.version
WHERE len(stored.numbers) IS DISTINCT FROM views.shape::INTEGER
   OR EXISTS (
       FROM columns
       WHERE columns.version = stored.version
         AND NOT coalesce(
             isfinite(stored.numbers[columns.position])
             AND stored.numbers[columns.position]
                 >= coalesce(try_cast((columns.declared->>'low')::DOUBLE AS FLOAT), '-infinity'::FLOAT)
             AND stored.numbers[columns.position]
                 <= coalesce(try_cast((columns.declared->>'high')::DOUBLE AS FLOAT), 'infinity'::FLOAT),
             false
         )
   )
