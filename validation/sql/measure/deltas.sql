-- One row per delta and end of its range of coordinates, by kind.
SELECT
    views.kind || ': least and greatest coordinate' AS name, unnest([list_min(deltas.xyz), list_max(deltas.xyz)]) AS value,
    CASE views.kind WHEN 'frontal_unit' THEN getvariable('frontal_unit_low')
                    WHEN 'aligned' THEN getvariable('aligned_low') END AS low,
    CASE views.kind WHEN 'frontal_unit' THEN getvariable('frontal_unit_high')
                    WHEN 'aligned' THEN getvariable('aligned_high') END AS high
FROM rows_to_check('features.deltas') AS deltas
JOIN features.views AS views ON views."view" = 'deltas' AND views.version = deltas.version
ORDER BY name
