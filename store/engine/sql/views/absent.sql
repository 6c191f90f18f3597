-- One row per photograph and feature without a current value, with the reason.
CREATE OR REPLACE VIEW features.absent AS
FROM features.misses AS m
JOIN features.current AS c USING (version)
SELECT m.image_id, c.feature, m.version, m.reason, m.quarantine_status, m.checks, m.created_at
WHERE m.released_at IS NULL
  AND NOT EXISTS (FROM features.present AS p WHERE p.image_id = m.image_id AND p.version = m.version)
QUALIFY row_number() OVER (PARTITION BY m.image_id, c.feature ORDER BY m.created_at DESC) = 1
