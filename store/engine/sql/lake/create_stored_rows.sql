-- One row per row that a table of the lake has of a home: its number, its key, a hash of its values.
CREATE OR REPLACE TEMP TABLE stored_rows AS
FROM {target} SELECT rowid AS number, {key}, row_hash WHERE home_id = $home_id
