-- One row per photograph and given view version without a value at a given time, with the latest reason.
FROM features.misses_at($moment)
SELECT image_id, version, reason, quarantine_status = 'quarantined' AS is_quarantined, created_at
WHERE version IN (SELECT unnest($versions::VARCHAR[]))
