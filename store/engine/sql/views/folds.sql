-- One row per set of folds, repeat and photograph: the fold in which its person is tested, and the split of that fold.
CREATE OR REPLACE VIEW splits.folds AS
FROM splits.sets AS s
JOIN splits.assignments AS a USING (split_id)
SELECT s.folds_id, s."repeat", s.fold, a.image_id, s.split_id
WHERE s.strategy = 'fold' AND a.part = 'test'
