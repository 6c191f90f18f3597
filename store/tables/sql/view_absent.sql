-- one row a photograph and feature that has no value today, in the version of today, with the reason
CREATE OR REPLACE VIEW features.absent AS
FROM features.misses AS m
JOIN features.current AS c USING (version)
SELECT m.image_id, c.feature, m.version, regexp_replace(m.reason, ' [(]values [0-9a-f]+[)]$', '') AS reason, m.created_at
WHERE m.released_at IS NULL
  AND NOT EXISTS (FROM features.present AS p WHERE p.image_id = m.image_id AND p.version = m.version)
QUALIFY row_number() OVER (PARTITION BY m.image_id, c.feature ORDER BY m.created_at DESC) = 1
