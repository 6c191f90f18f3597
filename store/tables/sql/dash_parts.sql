-- one row a newest split of each strategy and part
WITH newest AS (
    FROM splits.sets QUALIFY row_number() OVER (PARTITION BY strategy ORDER BY created_at DESC) = 1
)
FROM newest JOIN splits.assignments USING (split_id) JOIN catalogue.images USING (image_id)
SELECT strategy, part, count(*) AS n_images, count(DISTINCT subject_id) AS n_people
GROUP BY ALL
ORDER BY ALL
