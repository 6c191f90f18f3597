-- One row per split that lost a person who withdrew consent, so that its fingerprint no longer matches.
FROM quality.settings
SELECT substr(key, length($prefix) + 1) AS split_id, setting AS since
WHERE starts_with(key, $prefix)
ORDER BY split_id
