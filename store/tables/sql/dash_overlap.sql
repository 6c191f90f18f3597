-- one row a strategy of the current splits by person and by image: what is in more than one part
WITH placed AS (
    FROM splits.current
    JOIN splits.assignments USING (split_id)
    JOIN catalogue.images USING (image_id)
    SELECT strategy, subject_id, image_id, emotion, gaze, part
    WHERE strategy IN ('by_person', 'by_image')
),
people AS (
    FROM placed SELECT strategy, subject_id, count(DISTINCT part) AS parts GROUP BY ALL
),
photographs AS (
    FROM placed SELECT strategy, image_id, count(DISTINCT part) AS parts GROUP BY ALL
),
-- the cameras of a laboratory release together: photographs of one person, emotion and gaze show one instant
instants AS (
    FROM placed
    SELECT strategy, subject_id, emotion, gaze, count(DISTINCT part) AS parts
    GROUP BY ALL
)
FROM (FROM people SELECT strategy, count(*) AS people, count(*) FILTER (parts > 1) AS people_in_several GROUP BY ALL)
JOIN (
    FROM photographs
    SELECT strategy, count(*) AS photographs, count(*) FILTER (parts > 1) AS photographs_in_several
    GROUP BY ALL
) USING (strategy)
JOIN (
    FROM instants
    SELECT strategy, count(*) AS instants, count(*) FILTER (parts > 1) AS instants_in_several
    GROUP BY ALL
) USING (strategy)
SELECT
    strategy, people, people_in_several, photographs, photographs_in_several, instants, instants_in_several
ORDER BY strategy DESC
