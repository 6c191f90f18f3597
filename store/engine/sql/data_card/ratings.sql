-- One row per corpus with ratings by people: its rated photographs, their mean ratings, and how many have a distribution
-- over the emotions.
FROM catalogue.ratings_at('infinity'::TIMESTAMPTZ) AS r
JOIN catalogue.images AS i USING (image_id)
SELECT
    corpus, count(*) AS photographs, round(avg(agreement), 3) AS agreement, round(avg(intensity), 2) AS intensity,
    round(avg(genuineness), 2) AS genuineness, count(agreement_angry) AS with_distribution
WHERE missing_since IS NULL AND coalesce(agreement, intensity, genuineness, agreement_angry) IS NOT NULL
GROUP BY corpus
ORDER BY corpus
