-- One row per current feature of the product that was computed from another version of landmarks than the current one.
SELECT DISTINCT current.feature, current.version
FROM features.current AS current
SEMI JOIN {batch} AS services USING (version)
JOIN features.views AS views ON views."view" = current."view" AND views.version = current.version
JOIN features.current AS faces ON faces.feature = 'landmarks'
WHERE current."view" NOT IN ('landmarks', 'pixels', 'own_values') AND (views.parameters->>'landmarks') IS DISTINCT FROM faces.version
