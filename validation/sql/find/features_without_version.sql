-- One row per feature that has a view version but no current one.
SELECT DISTINCT views.feature
FROM features.views AS views
ANTI JOIN (FROM features.current AS current SEMI JOIN {batch} AS services USING (version)) AS current USING (feature)
