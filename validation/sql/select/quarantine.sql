-- One row per quarantined or released row of a photograph in use: failed checks, times, whether it counts for the limit.
-- It counts if its version is current and its corpus in use.
SELECT
    misses.image_id, misses."view", misses.version, misses.checks::VARCHAR[] AS checks,
    coalesce(misses.checksum, '') AS checksum,
    strftime(misses.created_at, '%Y-%m-%d %H:%M') AS since,
    coalesce(strftime(misses.released_at, '%Y-%m-%d %H:%M'), '') AS released,
    images.corpus IN (SELECT corpus FROM corpora_in_use())
        AND (misses."view" = 'images' OR misses.version IN (SELECT version FROM features.current)) AS counts
FROM features.misses AS misses
JOIN catalogue.images AS images USING (image_id)
WHERE misses.quarantine_status IS NOT NULL AND images.missing_since IS NULL AND images.removed_at IS NULL
ORDER BY misses.created_at, misses.image_id, misses."view", misses.version
