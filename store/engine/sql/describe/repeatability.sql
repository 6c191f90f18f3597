-- One row per corpus, feature and copy: the intraclass correlation, for scalar feature views the median over their columns.
FROM repeatability
SELECT corpus, feature, "copy", median(icc) AS icc, max(n_images) AS n_images, max(n_missing) AS n_missing
WHERE component = 'all' OR feature NOT IN ('landmarks', 'aligned')
GROUP BY ALL
ORDER BY corpus, feature, "copy"
