-- One row per current split, per single fold of the current pooled folds, and per current split across corpora.
-- Other splits are history.
CREATE OR REPLACE TEMP MACRO splits_in_use() AS TABLE
WITH pooled AS (
    SELECT folds_id, "repeat" FROM splits.current WHERE strategy = 'folds'
)
FROM splits.sets AS sets
WHERE sets.split_id IN (SELECT split_id FROM splits.current UNION SELECT split_id FROM splits.cross_corpus)
   OR (sets.strategy = 'fold' AND (sets.folds_id, sets."repeat") IN (SELECT (folds_id, "repeat") FROM pooled))
