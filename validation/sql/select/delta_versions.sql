-- One row per current version of a kind of delta.
SELECT
    current.kind, current.version, (views.parameters->>'landmarks') AS landmarks,
    coalesce(views.parameters->>'references', 'one') AS "references"
FROM features.current AS current
JOIN features.views AS views USING (version)
WHERE current."view" = 'deltas'
ORDER BY current.kind
