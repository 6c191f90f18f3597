-- One row a delta whose own or reference landmarks are among these, which an audit sets aside; of version '' are all.
WITH spoilt AS (
    SELECT unnest($image_ids::VARCHAR[]) AS image_id, unnest($versions::VARCHAR[]) AS version
), behind AS (
    SELECT deltas.image_id, deltas.version, unnest([deltas.image_id, deltas.reference_image_id]) AS face_id,
           (views.parameters->>'landmarks') AS landmarks
    FROM counting('features.deltas') AS deltas
    JOIN features.views AS views ON views."view" = 'deltas' AND views.version = deltas.version
)
SELECT DISTINCT behind.image_id, behind.version
FROM behind
JOIN spoilt ON spoilt.image_id = behind.face_id AND spoilt.version IN ('', behind.landmarks)
