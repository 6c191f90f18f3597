-- One row per valid current thumbnail: its image signature, and whether no earlier audit has passed it.
CREATE OR REPLACE TEMP MACRO signed_thumbnails() AS TABLE
WITH signed AS (
    SELECT image_id, version, image_signature(rgb) AS signature, true AS is_new
    FROM rows_to_check('features.pixels')
    UNION ALL
    SELECT image_id, version, signature, false FROM known_values WHERE kind = 'signature'
)
SELECT signed.*, images.corpus, images.subject_id
FROM signed
SEMI JOIN (FROM features.current WHERE feature = 'pixels') AS current USING (version)
JOIN catalogue.images AS images USING (image_id)
