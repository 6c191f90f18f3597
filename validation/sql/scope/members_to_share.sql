-- One row per photograph of the tables of the split by person that this audit looks at.
FROM members_to_check SELECT image_id
