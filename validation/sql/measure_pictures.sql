-- One row a thumbnail and measure of it.
SELECT
    unnest(['standard deviation of a thumbnail', 'share of rows of one colour']) AS name,
    unnest(picture_measures(rgb)) AS value,
    unnest([getvariable('smallest_spread'), NULL::DOUBLE]) AS low,
    unnest([NULL::DOUBLE, getvariable('largest_share_of_constant_rows')]) AS high
FROM counting('features.pixels')
