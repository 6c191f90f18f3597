-- One row per given pair of photographs whose landmarks of one version are the same.
WITH pairs AS (
    SELECT unnest($image_ids::VARCHAR[]) AS image_id, unnest($reference_ids::VARCHAR[]) AS reference_id
)
FROM pairs
JOIN features.landmarks AS own ON own.image_id = pairs.image_id AND own.version = $landmarks
JOIN features.landmarks AS other ON other.image_id = pairs.reference_id AND other.version = $landmarks
SELECT pairs.image_id, pairs.reference_id
WHERE own.xyz = other.xyz
