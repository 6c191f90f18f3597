-- One row a pair of photographs in two parts of the current by_person split that show nearly the same picture.
-- Pairs that a person has let in, after an audit had set them aside, are left out.
WITH members AS (
    SELECT assignments.split_id, assignments.image_id, assignments.part
    FROM {batch} AS assignments
    JOIN splits.current AS sets USING (split_id)
    WHERE sets.strategy = getvariable('by_person')
), released AS (
    SELECT DISTINCT image_id
    FROM features.misses
    WHERE "view" = 'images' AND contains(reason, getvariable('one_person_a_picture')) AND released_at IS NOT NULL
)
SELECT one.split_id, near.image_id, near.other_image_id
FROM near_pictures() AS near
JOIN members AS one ON one.image_id = near.image_id
JOIN members AS other ON other.image_id = near.other_image_id AND other.split_id = one.split_id
WHERE other.part <> one.part
  AND NOT (near.image_id IN (FROM released) AND near.other_image_id IN (FROM released))
