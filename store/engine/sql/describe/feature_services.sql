-- One row per service whose current version includes a feature.
FROM features.services
SELECT service, service_version, version
WHERE feature = $feature
QUALIFY rank() OVER (PARTITION BY service ORDER BY created_at DESC) = 1
ORDER BY service
