-- One row: the number of deleted rows about the former publication of a home.
DELETE FROM lake.stored.homes WHERE home_id = $home_id
