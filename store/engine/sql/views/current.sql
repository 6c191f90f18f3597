-- One row per feature: the current version of its view.
CREATE OR REPLACE VIEW features.current AS
FROM features.services AS s
JOIN features.views AS v USING (version)
SELECT s.feature, v."view", v.kind, s.version, s.created_at AS since
WHERE s.service = s.feature
QUALIFY row_number() OVER (PARTITION BY s.feature ORDER BY s.created_at DESC) = 1
