-- One row per face and end of its range of coordinates.
SELECT 'least and greatest coordinate' AS name, unnest([list_min(xyz), list_max(xyz)]) AS value,
       getvariable('landmarks_low') AS low, getvariable('landmarks_high') AS high
FROM valid_rows('features.landmarks')
