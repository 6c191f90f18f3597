-- One row per rendered person of the selected corpora, action unit and camera angle: how the proxy agrees with the intended
-- intensity over the person's photographs.
FROM features.rendered_units AS u
JOIN catalogue.images AS i USING (image_id)
SELECT
    i.subject_id, u.unit, i.camera_angle_deg, count(*) AS n_images,
    CASE WHEN stddev_pop(u.proxy) > 0 AND stddev_pop(u.intended) > 0 THEN corr(u.proxy, u.intended) END AS correlation,
    avg(abs(u.proxy - u.intended)) AS error
WHERE i.corpus IN (SELECT unnest($corpora)) AND i.excluded_reason IS NULL
GROUP BY ALL
ORDER BY ALL
