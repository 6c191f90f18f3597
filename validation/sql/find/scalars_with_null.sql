-- One row per row of this table in which a number is NULL, with the names of these columns.
SELECT {key}, list_filter([{offending}], lambda name: name IS NOT NULL) AS columns FROM {batch} WHERE {condition}
