-- One row per feature of the current version of a service: its feature view, and the version of that.
FROM features.services
SELECT feature, "view", version
WHERE service = $service
QUALIFY created_at = max(created_at) OVER (PARTITION BY service)
ORDER BY feature
