-- one row a view version of the older store, with the name of its feature
FROM old.features.views
SELECT *, CASE "view" WHEN 'deltas' THEN kind ELSE "view" END AS feature, 'affect-store' AS owner
