-- one photograph: its labels were corrected; what an audit has set aside stays so
UPDATE catalogue.images
SET subject_id = $subject_id, sex = $sex, population = $population, age = $age, emotion = $emotion,
    camera_angle_deg = $camera_angle_deg, gaze = $gaze,
    excluded_reason = CASE WHEN starts_with(excluded_reason, 'quarantined') THEN excluded_reason ELSE $excluded_reason END
WHERE image_id = $image_id
RETURNING image_id
