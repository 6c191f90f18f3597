-- One row per valid row of a feature table whose key is as it was when it passed an audit, but not its values.
WITH changed AS (
    SELECT now.image_id, now.version
    FROM row_marks AS now
    JOIN passed_marks AS passed USING (image_id, table_name, version)
    WHERE now.keys = passed.keys AND now.digest % 18446744073709551616 <> passed.content
      AND split_part(now.table_name, ',', 1) = '{batch}'
)
SELECT DISTINCT stored.image_id, stored.version, images.path
FROM {rows} AS stored
SEMI JOIN changed USING (image_id, version)
LEFT JOIN catalogue.images AS images USING (image_id)
ORDER BY ALL
