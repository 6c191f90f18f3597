-- One row a row that was set aside by an audit and released by a person.
SELECT DISTINCT image_id, "view", version, reason
FROM features.misses
WHERE starts_with(reason, $quarantined) AND released_at IS NOT NULL
