-- one row a row of one photograph's landmarks, of any version and moment; the index answers it
SELECT version, created_at, xyz AS value FROM features.landmarks WHERE image_id = $image_id
