-- One row per delta with a coordinate outside the range of its kind.
SELECT deltas.image_id, deltas.version
FROM rows_to_check('{batch}') AS deltas
JOIN features.views AS views ON views."view" = 'deltas' AND views.version = deltas.version
WHERE CASE views.kind
    WHEN 'frontal_unit'
    THEN list_min(deltas.xyz) < getvariable('frontal_unit_low') OR list_max(deltas.xyz) > getvariable('frontal_unit_high')
    WHEN 'aligned'
    THEN list_min(deltas.xyz) < getvariable('aligned_low') OR list_max(deltas.xyz) > getvariable('aligned_high')
    ELSE list_min(deltas.xyz) < getvariable('xyz_low') OR list_max(deltas.xyz) > getvariable('xyz_high')
END
