-- One row a feature of today whose vectors are in this table.
SELECT feature, version
FROM features.current
WHERE 'features.' || "view" = $table AND "view" IN ('landmarks', 'deltas')
ORDER BY feature
