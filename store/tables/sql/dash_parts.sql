-- one row a current split of each strategy and part
FROM splits.current JOIN splits.assignments USING (split_id) JOIN catalogue.images USING (image_id)
SELECT strategy, part, count(*) AS n_images, count(DISTINCT subject_id) AS n_people
GROUP BY ALL
ORDER BY ALL
