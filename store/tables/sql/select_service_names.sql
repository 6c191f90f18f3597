-- one row a service
FROM features.services SELECT DISTINCT service ORDER BY service
