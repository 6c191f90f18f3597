-- One row per version of a service and feature in it, the latest first.
FROM features.services AS s JOIN features.views AS v USING (version)
SELECT s.service_version, s.created_at AS since, s.feature, s."view", s.version, v.transform, v.description
WHERE s.service = $service
ORDER BY since DESC, feature
