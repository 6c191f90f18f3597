-- One row a thumbnail of nearly one colour, or with many rows of one colour, as one that was cut short has.
WITH measured AS (
    SELECT image_id, version, picture_measures(rgb) AS measures FROM counting('{batch}')
)
SELECT image_id, version
FROM measured
WHERE measures[1] < getvariable('smallest_spread') OR measures[2] > getvariable('largest_share_of_constant_rows')
