-- one row a feature and view that gives it
FROM features.services SELECT DISTINCT feature, "view" ORDER BY feature
