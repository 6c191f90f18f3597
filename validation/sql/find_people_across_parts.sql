-- One row a by_person split and person, as known at its moment, with photographs in more than one part.
WITH members AS (
    SELECT assignments.split_id, assignments.image_id, assignments.part, sets.as_of
    FROM {batch} AS assignments
    JOIN splits.sets AS sets USING (split_id)
    WHERE sets.strategy = getvariable('by_person')
)
SELECT members.split_id, labels.subject_id
FROM members
ASOF JOIN catalogue.labels AS labels ON labels.image_id = members.image_id AND labels.known_at <= members.as_of
GROUP BY ALL
HAVING count(DISTINCT members.part) > 1
