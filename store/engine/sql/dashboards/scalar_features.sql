-- One row per column of a scalar feature view, or of one of the user's own, and camera angle: statistics over the
-- photographs that have a value. Unit and meaning are those of columns of the user's own, NULL for others.
WITH own AS (
    FROM features.views
    SELECT
        version, description AS meaning, unnest(parameters->>'$.columns[*].name') AS column_name,
        unnest(parameters->>'$.columns[*].unit') AS unit
    WHERE "view" = 'own_values'
)
FROM features.scalar_statistics AS s
SEMI JOIN features.current AS c USING (version)
LEFT JOIN own AS o ON o.version = s.version AND o.column_name = s.column_name
SELECT s."view", s.column_name, s.camera_angle_deg, s.n_images, s.mean, s.sd, s.least, s.greatest, o.unit, o.meaning
ORDER BY "view", column_name, camera_angle_deg
