-- One row per corpus, feature in its current version, landmark group or column, and copy: how well copies of a
-- photograph that should not matter agree with it.
CREATE OR REPLACE VIEW repeatability AS
FROM features.repeatability AS m
JOIN features.current AS c USING (version)
SELECT
    m.corpus, c.feature, m.component, m."copy", m.icc, m.icc_low, m.icc_high, m.sem, m.unit, m.relative_change,
    m.n_images, m.n_people, m.n_missing, m.method, m.seed, m.version, m.created_at
