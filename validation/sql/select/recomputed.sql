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
)
SELECT DISTINCT derived.image_id, derived."view", derived.version
FROM derived
JOIN features.views AS views ON views."view" = derived."view" AND views.version = derived.version
JOIN inputs ON inputs.image_id = derived.face_id AND inputs.version IN ('', views.parameters->>'landmarks')
