-- One row per pair of corpora that models were trained and tested across: the split requested last, which trains on the
-- people of some corpora (trained_on) and tests on all photographs of others (tested_on). Several are joined by ' + '.
CREATE OR REPLACE VIEW splits.cross_corpus AS
WITH sides AS (
    FROM splits.assignments AS a
    JOIN splits.sets AS s USING (split_id)
    JOIN catalogue.images AS i USING (image_id)
    SELECT
        split_id,
        array_to_string(list_sort(list(DISTINCT i.corpus) FILTER (a.part <> 'test')), ' + ') AS trained_on,
        array_to_string(list_sort(list(DISTINCT i.corpus) FILTER (a.part = 'test')), ' + ') AS tested_on
    WHERE s.strategy = 'cross_corpus'
    GROUP BY split_id
)
FROM splits.sets JOIN sides USING (split_id)
SELECT split_id, trained_on, tested_on, requested_at
QUALIFY row_number() OVER (PARTITION BY trained_on, tested_on ORDER BY requested_at DESC) = 1
