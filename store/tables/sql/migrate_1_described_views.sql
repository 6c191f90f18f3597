-- one row a view version, the oldest first
FROM features.views ORDER BY created_at
