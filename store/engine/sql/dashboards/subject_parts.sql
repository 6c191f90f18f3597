-- One row per strategy, person and part of the current splits by person and by image: the person's number of
-- photographs there.
FROM splits.current
JOIN splits.assignments USING (split_id)
JOIN catalogue.images USING (image_id)
SELECT strategy, subject_id, part, count(*) AS n_images
WHERE strategy IN ('by_person', 'by_image')
GROUP BY ALL
ORDER BY ALL
