-- One row a vector whose seal is not that of its photograph and values, as of one that stands in another's row.
SELECT image_id, version
FROM counting('{batch}') AS sealed
WHERE seal IS DISTINCT FROM seal_of_vector(image_id, xyz)
