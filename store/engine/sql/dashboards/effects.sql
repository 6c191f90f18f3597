-- One row per strategy, factor and level other than the baseline: the odds of being right on the test part.
SELECT strategy, term, "level", baseline, "value", low, high, p, n_images, n_people, method
FROM registry.effects
WHERE part = 'test'
ORDER BY ALL
