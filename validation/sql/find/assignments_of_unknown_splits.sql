-- One row per assignment to a split that is missing from splits.sets.
SELECT assignments.split_id, assignments.image_id
FROM {batch} AS assignments
ANTI JOIN splits.sets AS sets ON sets.split_id = assignments.split_id
