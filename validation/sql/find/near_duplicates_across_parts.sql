-- One row per pair of near-duplicate photographs in two parts of the current by_person split.
-- Pairs that a person released from quarantine are left out.
WITH members AS (
    SELECT assignments.split_id, assignments.image_id, assignments.part
    FROM {batch} AS assignments
    JOIN splits.current AS sets USING (split_id)
    WHERE sets.strategy = getvariable('by_person')
), released AS (
    SELECT DISTINCT image_id
    FROM features.misses
    WHERE "view" = 'images' AND quarantine_status = 'released'
      AND list_contains(checks::VARCHAR[], getvariable('shared_photograph'))
)
SELECT first.split_id, near.image_id, near.other_image_id
FROM near_duplicates() AS near
JOIN members AS first ON first.image_id = near.image_id
JOIN members AS second ON second.image_id = near.other_image_id AND second.split_id = first.split_id
WHERE second.part <> first.part
  AND NOT (near.image_id IN (FROM released) AND near.other_image_id IN (FROM released))
