-- One row per corpus, feature in its current version, and copy: the intraclass correlation of the whole face, or the
-- median over the columns of a scalar feature view.
FROM features.repeatability AS m
JOIN features.current AS c USING (version)
SELECT m.corpus, c.feature, m."copy", median(m.icc) AS icc
WHERE m.component = 'all' OR c.feature NOT IN ('landmarks', 'aligned')
GROUP BY ALL
ORDER BY m.corpus, c.feature, m."copy"
