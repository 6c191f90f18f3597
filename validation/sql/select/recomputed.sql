-- One row per delta or scalar row whose own or reference landmarks are among these inputs; version '' stands for all.
WITH inputs AS (
    SELECT unnest($image_ids::VARCHAR[]) AS image_id, unnest($versions::VARCHAR[]) AS version
), derived AS (
    SELECT image_id, 'deltas' AS "view", version, unnest([image_id, reference_image_id]) AS face_id
    FROM valid_rows('features.deltas')
    UNION ALL
    SELECT image_id, 'deltas', version, reference_image_id FROM valid_rows('features.delta_references')
    UNION ALL
    SELECT image_id, "view", version, image_id FROM valid_rows('features.scalar_values')
    UNION ALL
    SELECT stored.image_id, stored."view", stored.version, deltas.reference_image_id
    FROM valid_rows('features.scalar_values') AS stored
    JOIN features.views AS views ON views."view" = stored."view" AND views.version = stored.version
    JOIN features.current AS current ON current.feature = (views.parameters->>'reference')
    JOIN valid_rows('features.deltas') AS deltas
      ON deltas.image_id = stored.image_id AND deltas.version = current.version
)
SELECT DISTINCT derived.image_id, derived."view", derived.version
FROM derived
JOIN features.views AS views ON views."view" = derived."view" AND views.version = derived.version
JOIN inputs ON inputs.image_id = derived.face_id AND inputs.version IN ('', views.parameters->>'landmarks')
