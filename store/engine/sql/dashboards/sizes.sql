-- One row per image size in the selected corpora, with the sizes of the files.
FROM catalogue.images
SELECT
    corpus, width_px, height_px, count(*) AS n_images, count(DISTINCT subject_id) AS n_people,
    min(size_bytes) AS least_bytes, median(size_bytes)::UBIGINT AS median_bytes, max(size_bytes) AS greatest_bytes
WHERE corpus IN (SELECT unnest($corpora)) AND missing_since IS NULL
GROUP BY ALL
ORDER BY ALL
