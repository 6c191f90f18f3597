-- one row a service: its version of today
FROM features.services
SELECT DISTINCT service, service_version
QUALIFY rank() OVER (PARTITION BY service ORDER BY created_at DESC) = 1
ORDER BY service
