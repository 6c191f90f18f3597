-- One row per corpus that is shown, feature, landmark group or column, and copy: their agreement.
FROM repeatability
SELECT
    corpus, feature, component, "copy", icc, icc_low, icc_high, sem, unit, relative_change, n_images, n_people,
    n_missing
WHERE corpus IN (SELECT unnest($corpora))
ORDER BY corpus, feature, component, "copy"
