-- One row per quarantined photograph and view that is released.
UPDATE features.misses SET quarantine_status = 'released', released_at = $released_at
WHERE image_id IN (SELECT unnest($image_ids)) AND quarantine_status = 'quarantined'
RETURNING image_id
