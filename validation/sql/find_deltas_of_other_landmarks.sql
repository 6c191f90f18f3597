-- One row a kind of delta of today that is of another version of the landmarks than that of today.
SELECT DISTINCT today.feature, today.version
FROM features.current AS today
SEMI JOIN {batch} AS services USING (version)
JOIN features.views AS views ON views."view" = today."view" AND views.version = today.version
JOIN features.current AS faces ON faces.feature = 'landmarks'
WHERE today."view" = 'deltas' AND (views.parameters->>'landmarks') IS DISTINCT FROM faces.version
