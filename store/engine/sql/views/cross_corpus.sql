-- One row per model, recipe, pair of corpora and emotion ('all': every photograph): the accuracy on the corpora that the
-- model was not trained on, the mean of its seeds. People of the tested corpora are in no training or validation part.
CREATE OR REPLACE VIEW cross_corpus AS
WITH scores AS (
    FROM registry.cross_corpus AS r
    JOIN registry.metrics AS m USING (run_id)
    SELECT
        r.model, r.recipe, r.trained_on, r.tested_on, replace(m.slice, 'emotion=', '') AS emotion, m.value, m.low, m.high,
        m.n_images, m.n_people, r.run_id
    WHERE m.part = 'test' AND m.metric = 'accuracy' AND (m.slice = 'all' OR starts_with(m.slice, 'emotion='))
)
FROM scores
SELECT
    model, recipe, trained_on, tested_on, emotion, avg(value) AS accuracy, avg(low) AS accuracy_low,
    avg(high) AS accuracy_high, max(n_images) AS n_images, max(n_people) AS n_people, count(*) AS n_runs,
    min(run_id) AS run_id
GROUP BY model, recipe, trained_on, tested_on, emotion
ORDER BY trained_on, tested_on, emotion <> 'all', emotion, accuracy DESC NULLS LAST, model, recipe
