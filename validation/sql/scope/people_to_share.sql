-- One row per person of whom this audit looks at a photograph, or at a delta that refers to a photograph of the person.
WITH photographs AS (
    FROM photographs_to_check
    UNION
    SELECT reference_image_id FROM features.deltas SEMI JOIN photographs_to_check USING (image_id)
)
SELECT DISTINCT subject_id FROM catalogue.images SEMI JOIN photographs USING (image_id)
