-- One row per training row whose vectors differ from those of the split's view versions at its moment.
-- Vectors are compared by hash; NULL differs from a vector. Those of few photographs are searched without reading the others.
WITH split AS (
    FROM splits.current WHERE strategy = getvariable('by_person')
), landmarks AS (
    SELECT image_id, hash(xyz) AS mark
    FROM features.landmarks_at((SELECT (feature_versions->>'landmarks') FROM split), (SELECT as_of FROM split)) AS stored
    SEMI JOIN rows_to_check('{batch}') AS part USING (image_id)
    WHERE getvariable('listed_image_ids') IS NULL OR list_contains(getvariable('listed_image_ids')::VARCHAR[], image_id)
), frontal_unit AS (
    SELECT image_id, hash(xyz) AS mark
    FROM features.deltas_at((SELECT (feature_versions->>'frontal_unit') FROM split), (SELECT as_of FROM split)) AS stored
    SEMI JOIN rows_to_check('{batch}') AS part USING (image_id)
    WHERE getvariable('listed_image_ids') IS NULL OR list_contains(getvariable('listed_image_ids')::VARCHAR[], image_id)
), aligned AS (
    SELECT image_id, hash(xyz) AS mark
    FROM features.deltas_at((SELECT (feature_versions->>'aligned') FROM split), (SELECT as_of FROM split)) AS stored
    SEMI JOIN rows_to_check('{batch}') AS part USING (image_id)
    WHERE getvariable('listed_image_ids') IS NULL OR list_contains(getvariable('listed_image_ids')::VARCHAR[], image_id)
), pixels AS (
    SELECT image_id, hash(rgb) AS mark
    FROM features.pixels_at((SELECT (feature_versions->>'pixels') FROM split), (SELECT as_of FROM split)) AS stored
    SEMI JOIN rows_to_check('{batch}') AS part USING (image_id)
    WHERE getvariable('listed_image_ids') IS NULL OR list_contains(getvariable('listed_image_ids')::VARCHAR[], image_id)
), rows_of_part AS (
    SELECT
        image_id,
        CASE WHEN landmarks IS NOT NULL THEN hash(landmarks) END AS landmarks,
        CASE WHEN frontal_unit IS NOT NULL THEN hash(frontal_unit) END AS frontal_unit,
        CASE WHEN aligned IS NOT NULL THEN hash(aligned) END AS aligned,
        CASE WHEN rgb IS NOT NULL THEN hash(rgb) END AS rgb
    FROM rows_to_check('{batch}')
)
SELECT part.image_id
FROM rows_of_part AS part
LEFT JOIN landmarks USING (image_id)
LEFT JOIN frontal_unit USING (image_id)
LEFT JOIN aligned USING (image_id)
LEFT JOIN pixels USING (image_id)
WHERE part.landmarks IS DISTINCT FROM landmarks.mark
   OR part.frontal_unit IS DISTINCT FROM frontal_unit.mark
   OR part.aligned IS DISTINCT FROM aligned.mark
   OR part.rgb IS DISTINCT FROM pixels.mark
