-- one row a corpus, sex and population: how many people
FROM catalogue.images
SELECT corpus, sex, population, count(DISTINCT subject_id) AS people, count(*) AS photographs
GROUP BY ALL
ORDER BY ALL
