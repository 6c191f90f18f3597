-- One row a photograph in use whose first labels are not those in its file's name, where that has RaFD's grammar.
WITH named AS (
    SELECT
        image_id,
        regexp_extract(
            path, 'Rafd([0-9]+)_[0-9]+_[A-Za-z]+_([a-z]+)_([a-z]+)_([a-z]+)[.][A-Za-z]+$',
            ['camera_angle_deg', 'sex', 'emotion', 'gaze']
        ) AS told
    FROM {batch}
    WHERE excluded_reason IS NULL
), first AS (
    SELECT
        image_id, arg_min(emotion, known_at) AS emotion, arg_min(camera_angle_deg, known_at) AS camera_angle_deg,
        arg_min(gaze, known_at) AS gaze, arg_min(sex, known_at) AS sex
    FROM catalogue.labels
    GROUP BY image_id
)
SELECT named.image_id
FROM named JOIN first USING (image_id)
WHERE told.emotion IN (SELECT unnest(getvariable('emotions')))
  AND (
    told.emotion <> first.emotion OR told.gaze <> first.gaze OR told.sex <> first.sex
    OR TRY_CAST(told.camera_angle_deg AS INTEGER) <> first.camera_angle_deg
  )
