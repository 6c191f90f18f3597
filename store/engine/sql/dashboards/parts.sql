-- One row per strategy and part of its current split; of folds, only the first repeat.
FROM splits.current JOIN splits.assignments USING (split_id) JOIN catalogue.images USING (image_id)
SELECT strategy, part, count(*) AS n_images, count(DISTINCT subject_id) AS n_people
WHERE coalesce("repeat", 0) = 0
GROUP BY ALL
ORDER BY ALL
