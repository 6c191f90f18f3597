-- One row per column and version of a feature of the user's own, the oldest version first: its unit.
FROM features.views
SELECT
    description, unnest(parameters->>'$.columns[*].name') AS column_name, unnest(parameters->>'$.columns[*].unit') AS unit,
    created_at
WHERE "view" = 'own_values' AND feature = $feature
ORDER BY created_at
