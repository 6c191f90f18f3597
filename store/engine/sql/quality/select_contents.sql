-- One row: the number of rows of a table, and the sum of their hashes without thumbnails.
FROM (SELECT COLUMNS(name -> name <> 'rgb') FROM {table}) AS content
SELECT count(*), coalesce(sum(hash(content)), 0)
