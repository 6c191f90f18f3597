-- One row per version of a feature view of the user's own: its feature, its columns with their units, and whether it is
-- current.
FROM features.views AS v
LEFT JOIN features.current AS c USING (version)
SELECT
    v.feature, v.version, (v.parameters->>'$.columns[*].name') AS names, v.created_at,
    c.version IS NOT NULL AS is_current
WHERE v."view" = 'own_values'
ORDER BY v.feature, v.created_at
