-- One row per state of the photographs in the current version of a feature: with a value, or the reason for none.
FROM features.present SELECT 'has a value' AS state, count(*) AS photographs WHERE feature = $feature GROUP BY ALL
UNION ALL
FROM features.absent SELECT reason AS state, count(*) AS photographs WHERE feature = $feature GROUP BY ALL
ORDER BY photographs DESC, state
