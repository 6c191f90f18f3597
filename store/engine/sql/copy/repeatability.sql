-- One row per corpus, feature version, component and copy, except of the corpora that hold one of these photographs: any
-- of them may have been in the sample, so that all is measured again.
FROM source.features.repeatability AS m
ANTI JOIN (
    FROM source.catalogue.images SELECT corpus WHERE image_id IN (SELECT unnest($image_ids::VARCHAR[]))
) AS c USING (corpus)
