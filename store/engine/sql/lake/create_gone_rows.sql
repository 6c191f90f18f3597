-- One row per row of a home that is not wanted any more: its number.
CREATE OR REPLACE TEMP TABLE gone_rows AS
FROM stored_rows ANTI JOIN wanted_rows USING ({key}, row_hash) SELECT number
