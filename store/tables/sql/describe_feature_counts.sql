-- one row a state of a feature's version of today: photographs that have a value, and those that have none, by reason
FROM features.present SELECT 'has a value' AS state, count(*) AS photographs WHERE feature = $feature GROUP BY ALL
UNION ALL
FROM features.absent SELECT reason AS state, count(*) AS photographs WHERE feature = $feature GROUP BY ALL
ORDER BY photographs DESC, state
