-- One row per given photograph, view and version that is stored.
FROM features.landmarks SELECT image_id, 'landmarks' AS "view", version WHERE image_id IN (SELECT unnest($image_ids))
UNION ALL
FROM features.pixels SELECT image_id, 'pixels', version WHERE image_id IN (SELECT unnest($image_ids))
UNION ALL
SELECT DISTINCT image_id, 'deltas', version FROM features.deltas WHERE image_id IN (SELECT unnest($image_ids))
UNION ALL
SELECT DISTINCT image_id, "view", version FROM features.scalar_values WHERE image_id IN (SELECT unnest($image_ids))
