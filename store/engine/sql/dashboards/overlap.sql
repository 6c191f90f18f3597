-- One row per strategy of the current splits by person and by image: people, photographs and instants that occur in
-- more than one part.
WITH assigned AS (
    FROM splits.current
    JOIN splits.assignments USING (split_id)
    JOIN catalogue.images USING (image_id)
    SELECT strategy, subject_id, image_id, emotion, gaze, part
    WHERE strategy IN ('by_person', 'by_image')
),
people AS (
    FROM assigned SELECT strategy, subject_id, count(DISTINCT part) AS parts GROUP BY ALL
),
photographs AS (
    FROM assigned SELECT strategy, image_id, count(DISTINCT part) AS parts GROUP BY ALL
),
-- laboratory cameras fire together: photographs of the same person, emotion and gaze show one instant; of unknown gaze,
-- each counts as an instant of its own
instants AS (
    FROM assigned
    SELECT strategy, subject_id, emotion, if(gaze = 'unknown', image_id, gaze) AS moment, count(DISTINCT part) AS parts
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
