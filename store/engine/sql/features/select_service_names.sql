-- One row per service.
FROM features.services SELECT DISTINCT service ORDER BY service
