-- One row per system, pair of corpora, and emotion ('all': every photograph) that was tested across corpora.
FROM cross_corpus
SELECT model, recipe, trained_on, tested_on, emotion, accuracy, accuracy_low, accuracy_high, n_images, n_people, n_runs
ORDER BY trained_on, tested_on, emotion, accuracy DESC NULLS LAST, model, recipe
