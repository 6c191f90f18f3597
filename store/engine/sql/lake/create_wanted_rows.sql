-- One row per row that a table of the lake shall have of a home: its number in the source, its key, a hash of its values.
CREATE OR REPLACE TEMP TABLE wanted_rows AS
FROM {source} SELECT rowid AS number, {key}, hash({columns}) AS row_hash WHERE {condition}
