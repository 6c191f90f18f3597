-- One row per row that a table of the lake had of a home in a snapshot: its number, its key, a hash of its values.
CREATE OR REPLACE TEMP TABLE wanted_rows AS
FROM {source} SELECT rowid AS number, {key}, row_hash WHERE home_id = $home_id
