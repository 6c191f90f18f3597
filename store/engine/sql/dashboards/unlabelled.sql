-- One row per system by person and emotion: the unlabelled photographs of the selected corpora that it predicts as this
-- emotion, and their people.
FROM unlabelled
JOIN catalogue.emotions AS e ON e.emotion = predicted
SELECT model, recipe, predicted AS emotion, count(*) AS n_images, count(DISTINCT subject_id) AS n_people
WHERE corpus IN (SELECT unnest($corpora))
GROUP BY model, recipe, predicted, e.label
ORDER BY model, recipe, e.label
