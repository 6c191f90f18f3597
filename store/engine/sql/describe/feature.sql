-- One row per version of a feature, the current one first.
FROM features.views AS v LEFT JOIN features.current AS c USING (version)
SELECT
    v.feature, v."view", v.kind, v.version, c.version IS NOT NULL AS is_current, coalesce(c.since, v.created_at) AS since,
    v.entity, v.dtype, v.shape, v.owner, v.description, v.transform, v.parameters, v.library_versions, v.code_version
WHERE v.feature = $feature
ORDER BY is_current DESC, v.created_at DESC
