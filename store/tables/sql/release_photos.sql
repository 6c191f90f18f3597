-- one row a photograph that was out of use and is released; one of a camera that is not used stays out
UPDATE catalogue.images
SET excluded_reason = CASE WHEN camera_angle_deg IN (SELECT unnest($profiles)) THEN $profile_reason END
WHERE image_id IN (SELECT unnest($image_ids)) AND starts_with(excluded_reason, 'quarantined')
RETURNING image_id
