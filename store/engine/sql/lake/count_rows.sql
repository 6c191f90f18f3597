-- One row: whether a table of the lake has as many rows of a home as are wanted.
SELECT (FROM {target} SELECT count(*) WHERE home_id = $home_id) = (FROM wanted_rows SELECT count(*))
