-- At most one row: the photograph whose labels are corrected.
UPDATE catalogue.images
SET subject_id = $subject_id, sex = $sex, population = $population, age = $age, emotion = $emotion,
    camera_angle_deg = $camera_angle_deg, gaze = $gaze
WHERE image_id = $image_id
RETURNING image_id
