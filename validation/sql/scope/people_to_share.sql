-- One row per person of whom this audit looks at a photograph.
SELECT DISTINCT subject_id FROM catalogue.images SEMI JOIN photographs_to_check USING (image_id)
