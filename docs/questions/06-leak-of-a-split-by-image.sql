-- How much does a split by image inflate accuracy?
-- The same system and recipe on the same photographs, split in both ways. By image, every test person is in the training
-- part too, often from another camera at the same instant; what is gained there does not carry over to new people.
-- Answer: one row a model and recipe that was trained on both splits, the largest inflation first.
FROM leaderboard AS person
JOIN leaderboard AS image USING (model, recipe)
SELECT
    model, recipe, person.accuracy AS by_person, person.accuracy_low AS by_person_low,
    person.accuracy_high AS by_person_high, image.accuracy AS by_image, image.accuracy - person.accuracy AS inflation
WHERE person.split = 'by_person' AND image.split = 'by_image'
ORDER BY inflation DESC NULLS LAST
