-- One row a thumbnail that another photograph in use has too, byte for byte.
WITH pictures AS (
    SELECT pixels.image_id, pixels.version, hash(pixels.rgb) AS mark
    FROM counting('{batch}') AS pixels
    JOIN catalogue.images AS images USING (image_id)
    WHERE images.excluded_reason IS NULL
), shared AS (
    SELECT version, mark FROM pictures GROUP BY ALL HAVING count(*) > 1
)
SELECT image_id, version FROM pictures SEMI JOIN shared USING (version, mark)
