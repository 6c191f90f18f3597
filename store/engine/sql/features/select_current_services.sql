-- One row per service: its current version.
FROM features.services
SELECT DISTINCT service, service_version
QUALIFY rank() OVER (PARTITION BY service ORDER BY created_at DESC) = 1
ORDER BY service
