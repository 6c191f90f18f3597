-- one row a photograph and view that was set aside and is released
UPDATE features.misses SET released_at = $released_at
WHERE image_id IN (SELECT unnest($image_ids)) AND starts_with(reason, 'quarantined') AND released_at IS NULL
RETURNING image_id
