-- One row per active photograph and given version of a feature of the user's own with neither a row nor a reason for none.
FROM catalogue.images AS i, (SELECT unnest($versions::VARCHAR[]) AS version) AS v
SELECT i.image_id, v.version
WHERE i.excluded_reason IS NULL
  AND NOT EXISTS (FROM features.own_values AS f WHERE f.image_id = i.image_id AND f.version = v.version)
  AND NOT EXISTS (
    FROM features.misses AS m WHERE m.image_id = i.image_id AND m.version = v.version AND m.released_at IS NULL
  )
ORDER BY ALL
