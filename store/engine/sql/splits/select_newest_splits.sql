-- One row per current split: by person, by image, each repeat of the folds, and the notebook's.
FROM splits.current
SELECT strategy, split_id, folds_id, "repeat"
ORDER BY list_position(['by_person', 'by_image', 'folds', 'notebook'], strategy), "repeat"
