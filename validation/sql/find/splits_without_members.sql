-- One row per split in use without assignments.
SELECT sets.split_id
FROM {batch} AS sets
SEMI JOIN splits_in_use() AS used USING (split_id)
ANTI JOIN splits.assignments AS assignments ON assignments.split_id = sets.split_id
