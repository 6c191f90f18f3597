-- One row per photograph and version: the number of its thumbnails, and hashes of their keys and of the thumbnails.
FROM {batch}
SELECT
    image_id, '{name}' AS table_name, {version} AS version, count(*) AS n,
    (sum(hash({key})) % 18446744073709551616)::UBIGINT AS keys, sum(hash(image_id, rgb)) AS digest
GROUP BY ALL
