-- one photograph: its file was moved, its bytes are the same
UPDATE catalogue.images SET path = $path WHERE image_id = $image_id RETURNING image_id
