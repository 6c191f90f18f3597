-- one row a row of one photograph's pixels, of any version and moment; the index answers it
SELECT version, created_at, rgb AS value FROM features.pixels WHERE image_id = $image_id
