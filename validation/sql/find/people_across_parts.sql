-- One row per person-disjoint split in use and person, as labelled at its moment, with photographs in more than one part.
WITH members AS (
    SELECT assignments.split_id, assignments.image_id, assignments.part, sets.as_of
    FROM {batch} AS assignments
    JOIN splits_in_use() AS sets USING (split_id)
    WHERE sets.strategy IN (getvariable('by_person'), 'fold', 'cross_corpus')
)
SELECT members.split_id, labels.subject_id
FROM members
ASOF JOIN catalogue.labels AS labels ON labels.image_id = members.image_id AND labels.known_at <= members.as_of
GROUP BY ALL
HAVING count(DISTINCT members.part) > 1
