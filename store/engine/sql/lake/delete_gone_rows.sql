-- One row: the number of deleted rows, those of a home that are not wanted any more.
DELETE FROM {target} WHERE home_id = $home_id AND rowid IN (FROM gone_rows)
