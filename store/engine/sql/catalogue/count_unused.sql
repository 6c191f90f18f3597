-- One row per reason why photographs of the given corpora are not used, NULL for those that are: their number.
SELECT excluded_reason AS reason, count(*) AS photographs
FROM catalogue.images
WHERE corpus IN (SELECT unnest($corpora))
GROUP BY excluded_reason
ORDER BY photographs DESC, reason
