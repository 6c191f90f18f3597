-- One row a split to which no photograph is assigned.
SELECT sets.split_id
FROM {batch} AS sets
ANTI JOIN splits.assignments AS assignments ON assignments.split_id = sets.split_id
