-- One row per photograph of a corpus: its path, and its latest intended action units, NULL where there are none.
WITH latest AS (
    FROM catalogue.intended_action_units
    QUALIFY row_number() OVER (PARTITION BY image_id ORDER BY known_at DESC) = 1
)
FROM catalogue.images AS i
LEFT JOIN latest AS u USING (image_id)
SELECT i.image_id, i.path, u.* EXCLUDE (image_id, known_at)
WHERE i.corpus = $corpus
ORDER BY i.image_id
