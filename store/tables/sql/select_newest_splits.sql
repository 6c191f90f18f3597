-- one row a split that counts today: by person, by image, and each repeat of the folds
FROM splits.current
SELECT strategy, split_id, folds_id, "repeat"
ORDER BY list_position(['by_person', 'by_image', 'folds'], strategy), "repeat"
