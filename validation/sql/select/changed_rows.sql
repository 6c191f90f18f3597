-- One row: the number of published rows of a feature table that are stored, and those whose checksum (seal) differs.
FROM {batch} AS stored
JOIN published_rows AS published USING (image_id, version, created_at)
SELECT
    count(*) AS "rows",
    list(struct_pack(image_id := stored.image_id, version := stored.version) ORDER BY stored.image_id, stored.version)
        FILTER (stored.seal IS DISTINCT FROM published.seal) AS changed
