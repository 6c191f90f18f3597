-- One row per corpus, sex and population: people and photographs.
FROM catalogue.images
SELECT corpus, sex, population, count(DISTINCT subject_id) AS people, count(*) AS photographs
WHERE missing_since IS NULL
GROUP BY ALL
ORDER BY ALL
