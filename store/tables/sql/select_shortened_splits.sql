-- one row a split that lost a person who withdrew consent: its fingerprint covers rows that are gone
FROM quality.settings
SELECT substr(key, length($prefix) + 1) AS split_id, setting AS since
WHERE starts_with(key, $prefix)
ORDER BY split_id
