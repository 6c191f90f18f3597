-- one row an asked-for photograph whose pixels of a version counted at a moment: the number of its row in the table
FROM features.pixels_at($version, $moment) AS n
JOIN features.pixels AS t USING (image_id, version, created_at)
JOIN asked USING (image_id)
SELECT t.rowid AS row_number, asked.place
ORDER BY row_number
