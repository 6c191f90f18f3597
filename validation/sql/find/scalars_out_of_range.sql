-- One row per row of this table with a number that is NaN, infinite or outside the range of its column; NULL passes.
SELECT {key}, list_filter([{offending}], lambda name: name IS NOT NULL) AS columns FROM {source} WHERE {condition}
