-- One row per publication in the history of a store that was rewritten without a person: scores that included the
-- person are removed or replaced by the current ones: the mean of the seeds and repeats that the publication had. The latest
-- publication is counted again.
UPDATE quality.publications AS p
SET value = m.value, low = m.low, high = m.high,
    run_id = CASE WHEN m.value IS NULL THEN NULL ELSE p.run_id END,
    n_images = CASE WHEN p.published_at = h.newest THEN h.n_images ELSE p.n_images END,
    n_people = CASE WHEN p.published_at = h.newest THEN h.n_people ELSE p.n_people END,
    n_failed = CASE WHEN p.published_at = h.newest THEN h.n_failed ELSE p.n_failed END
FROM (
    FROM quality.publications AS q
    LEFT JOIN registry.runs AS r USING (run_id)
    LEFT JOIN registry.runs AS s
        ON s.configuration = r.configuration AND (s.run_id = r.run_id OR s.started_at <= q.published_at)
    LEFT JOIN registry.metrics AS m
        ON m.run_id = s.run_id AND m.part = 'test' AND m.slice = 'all' AND m.metric = 'accuracy'
    SELECT q.published_at, avg(m.value) AS value, avg(m.low) AS low, avg(m.high) AS high
    GROUP BY q.published_at
) AS m, (
    FROM catalogue.images
    SELECT
        count(*) AS n_images, count(DISTINCT subject_id) AS n_people,
        (SELECT max(published_at) FROM quality.publications) AS newest,
        (FROM quality.results SEMI JOIN quality.current USING (audit_id) SELECT count(*) FILTER (NOT success)) AS n_failed
    WHERE excluded_reason IS NULL
) AS h
WHERE m.published_at = p.published_at
