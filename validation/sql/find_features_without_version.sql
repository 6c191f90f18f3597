-- One row a feature that some view version carries and no version of today.
SELECT DISTINCT views.feature
FROM features.views AS views
ANTI JOIN (FROM features.current AS today SEMI JOIN {batch} AS services USING (version)) AS current USING (feature)
