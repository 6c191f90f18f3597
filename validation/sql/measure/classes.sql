-- One row per emotion: its photographs in the training part of the current by_person split, relative to the mean class.
SELECT 'photographs of a class, over the mean class' AS name,
       count(*) / (SELECT count(*) / count(DISTINCT emotion) FROM splits.train) AS value,
       getvariable('min_class_share') AS low, NULL::DOUBLE AS high
FROM splits.train
GROUP BY emotion
