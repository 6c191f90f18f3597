-- One row: how many photographs are in use, and the ids of those with a row that is set aside.
SELECT
    (SELECT count(*) FROM catalogue.images WHERE excluded_reason IS NULL OR starts_with(excluded_reason, $quarantined))
        AS photographs,
    (
        SELECT coalesce(list(DISTINCT image_id), [])
        FROM features.misses
        WHERE starts_with(reason, $quarantined) AND released_at IS NULL
    ) AS set_aside
