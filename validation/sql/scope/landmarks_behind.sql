-- One row per row of landmarks that deltas and scalar features to be checked are computed from: its number in the file.
WITH needed AS (
    SELECT image_id FROM photographs_to_check
    UNION
    SELECT reference_image_id FROM features.deltas SEMI JOIN photographs_to_check USING (image_id)
    UNION
    SELECT reference_image_id FROM features.delta_references SEMI JOIN photographs_to_check USING (image_id)
)
SELECT 'landmarks_behind' AS table_name, faces.rowid AS row_number, false AS is_covered
FROM features.landmarks AS faces SEMI JOIN needed USING (image_id)
