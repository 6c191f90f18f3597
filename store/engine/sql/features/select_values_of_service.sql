-- One row per photograph that has a value of any feature of a service: image_id and the values, NULL where missing.
FROM {features}
SELECT image_id, {columns}
ORDER BY image_id
