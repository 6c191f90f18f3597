-- one row a moment and view version of one service
FROM features.services SELECT created_at, service_version, feature, "view", version WHERE service = $service
