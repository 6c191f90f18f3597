-- One row per feature and view that provides it.
FROM features.services SELECT DISTINCT feature, "view" ORDER BY feature
