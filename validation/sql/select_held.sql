-- One row a row that an audit has set aside: why, since when, and when a person let it back in.
SELECT
    misses.image_id, misses."view", misses.version, misses.reason,
    strftime(misses.created_at, '%Y-%m-%d %H:%M') AS since,
    coalesce(strftime(misses.released_at, '%Y-%m-%d %H:%M'), '') AS released
FROM features.misses AS misses
WHERE starts_with(misses.reason, $quarantined)
ORDER BY misses.created_at, misses.image_id, misses."view", misses.version
