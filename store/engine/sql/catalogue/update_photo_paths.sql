-- One row per photograph whose file was moved and has the same bytes.
UPDATE catalogue.images AS i SET path = m.path
FROM (SELECT unnest($image_ids::VARCHAR[]) AS image_id, unnest($paths::VARCHAR[]) AS path) AS m
WHERE m.image_id = i.image_id
RETURNING i.image_id
