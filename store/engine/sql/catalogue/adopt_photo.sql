-- At most one row: the photograph whose file was moved into the folder of another corpus, to which it belongs from then on.
UPDATE catalogue.images SET corpus = $corpus WHERE image_id = $image_id RETURNING image_id
