-- One row per hidden feature of these photographs that is shown again, because the reason to hide it no longer holds.
UPDATE features.misses SET released_at = $moment
WHERE image_id IN (SELECT unnest($image_ids)) AND reason = $reason AND quarantine_status IS NULL AND released_at IS NULL
RETURNING image_id
