-- One row per photograph: hashes of its rows, and values that rules about several photographs read of it.
WITH marks AS (
    SELECT image_id, list(struct_pack(table_name, version, keys, content := (digest % 18446744073709551616)::UBIGINT)) AS marks
    FROM row_marks WHERE NOT starts_with(table_name, 'splits.')
    GROUP BY image_id
), known AS (
    SELECT image_id, 'turned' AS kind, version, turned AS value, NULL::UBIGINT AS checksum, NULL::VARCHAR AS signature
    FROM turned_faces('features.landmarks')
    UNION ALL
    SELECT image_id, 'moved', version, moved, NULL, NULL FROM moved_neutrals('features.deltas')
    UNION ALL
    SELECT image_id, 'thumbnail', version, NULL, checksum, NULL FROM hashed_thumbnails()
    UNION ALL
    SELECT image_id, 'signature', version, NULL, NULL, signature FROM signed_thumbnails()
), listed AS (
    SELECT image_id, list(struct_pack(kind, version, value, checksum, signature)) AS known FROM known GROUP BY image_id
)
SELECT marks.image_id, marks.marks, brief_marks.brief_mark, passed.split_mark, listed.known
FROM marks
JOIN brief_marks USING (image_id)
LEFT JOIN listed USING (image_id)
LEFT JOIN passed USING (image_id)
