-- One row per photograph and version: the number of its rows in a table, hashes of their keys, and of all but thumbnails.
FROM (SELECT COLUMNS(name -> name <> 'rgb') FROM {batch}) AS content
SELECT
    image_id, '{name}' AS table_name, {version} AS version, count(*) AS n,
    (sum(hash({key})) % 18446744073709551616)::UBIGINT AS keys, sum(hash(content)) AS digest
GROUP BY ALL
