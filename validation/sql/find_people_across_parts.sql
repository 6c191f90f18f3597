-- One row a by_person split and person with photographs in more than one part.
SELECT assignments.split_id, images.subject_id
FROM {batch} AS assignments
JOIN splits.sets AS sets ON sets.split_id = assignments.split_id
JOIN catalogue.images AS images ON images.image_id = assignments.image_id
WHERE sets.strategy = getvariable('by_person')
GROUP BY assignments.split_id, images.subject_id
HAVING count(DISTINCT assignments.part) > 1
