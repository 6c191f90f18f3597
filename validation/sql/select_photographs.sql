-- One row: how many photographs are in use or would be, were they not set aside.
SELECT count(*) AS photographs
FROM catalogue.images
WHERE excluded_reason IS NULL OR starts_with(excluded_reason, $quarantined)
