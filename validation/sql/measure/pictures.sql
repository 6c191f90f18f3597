-- One row per thumbnail and measure.
SELECT
    unnest(['standard deviation of a thumbnail', 'share of rows of one colour']) AS name,
    unnest(thumbnail_measures(rgb)) AS value,
    unnest([getvariable('min_pixel_deviation'), NULL::DOUBLE]) AS low,
    unnest([NULL::DOUBLE, getvariable('max_constant_row_share')]) AS high
FROM rows_to_check('features.pixels')
