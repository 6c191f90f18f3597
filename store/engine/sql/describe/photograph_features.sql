-- One row per feature: whether a photograph currently has a value, its version and reference photograph, or the reason
-- for none.
FROM features.current AS c
LEFT JOIN (FROM features.present WHERE image_id = $image_id) AS p USING (feature)
LEFT JOIN (FROM features.absent WHERE image_id = $image_id) AS a USING (feature)
LEFT JOIN features.deltas AS d
    ON d.image_id = p.image_id AND d.version = p.version AND d.created_at = p.created_at
SELECT
    feature, c.version,
    CASE WHEN p.image_id IS NOT NULL THEN 'has a value' ELSE coalesce(a.reason, 'not computed') END AS state,
    coalesce(p.created_at, a.created_at) AS since, d.reference_image_id, d.reference_rule
ORDER BY feature
