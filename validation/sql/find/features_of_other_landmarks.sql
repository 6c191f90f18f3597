-- One row per current feature of the product that was computed from another version of landmarks than the current one.
-- Deltas of the published recipe may be of the landmarks that its service names.
WITH of_recipe AS (
    FROM {batch}
    SELECT version
    WHERE service = 'single_landmarks'
    QUALIFY created_at = max(created_at) OVER (PARTITION BY service)
)
SELECT DISTINCT current.feature, current.version
FROM features.current AS current
SEMI JOIN {batch} AS services USING (version)
JOIN features.views AS views ON views."view" = current."view" AND views.version = current.version
JOIN features.current AS faces ON faces.feature = 'landmarks'
WHERE current."view" NOT IN ('landmarks', 'pixels', 'own_values')
  AND (views.parameters->>'landmarks') IS DISTINCT FROM faces.version
  AND NOT (current.feature = 'frontal_unit' AND (views.parameters->>'landmarks') IN (FROM of_recipe))
