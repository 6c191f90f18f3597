-- One row per photograph that an earlier audit passed, and value that rules about several photographs read of it.
SELECT passed.image_id, unnest(passed.known, recursive := true)
FROM (SELECT image_id, unnest(known) AS known FROM passed ANTI JOIN photographs_to_check USING (image_id)) AS passed
