-- One row per photograph of a split: its part.
SELECT image_id, part FROM splits.assignments WHERE split_id = $split_id ORDER BY image_id
