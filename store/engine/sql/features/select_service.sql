-- One row per time and view version of a service.
FROM features.services SELECT created_at, service_version, feature, "view", version WHERE service = $service
