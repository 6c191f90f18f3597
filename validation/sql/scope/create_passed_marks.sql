-- One row per table, photograph and version that passed an audit: hashes of its keys and of its contents.
CREATE OR REPLACE TEMP TABLE passed_marks AS
SELECT passed.image_id, unnest(passed.mark) FROM (SELECT image_id, unnest(marks) AS mark FROM passed) AS passed
