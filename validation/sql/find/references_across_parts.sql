-- One row per photograph of the current by_person split whose reference photograph is in another part.
SELECT DISTINCT assignments.split_id, assignments.image_id, deltas.reference_image_id
FROM {batch} AS assignments
JOIN splits.current AS sets USING (split_id)
JOIN valid_rows('features.deltas') AS deltas ON deltas.image_id = assignments.image_id
JOIN {batch} AS reference
  ON reference.split_id = assignments.split_id AND reference.image_id = deltas.reference_image_id
WHERE sets.strategy = getvariable('by_person') AND reference.part <> assignments.part
