-- One row per photograph of these corpora in the attached store `source`.
SELECT image_id FROM source.catalogue.images WHERE corpus IN (SELECT unnest($corpora::VARCHAR[]))
