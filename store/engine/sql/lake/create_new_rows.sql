-- One row per wanted row that the lake lacks: its number in the source, and its hash.
CREATE OR REPLACE TEMP TABLE new_rows AS
FROM wanted_rows ANTI JOIN stored_rows USING ({key}, row_hash) SELECT number, row_hash
