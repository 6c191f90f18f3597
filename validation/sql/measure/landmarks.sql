-- One row per face and end of its range of coordinates.
SELECT 'least and greatest coordinate' AS name, unnest([list_min(xyz), list_max(xyz)]) AS value,
       getvariable('landmarks_low') AS low, getvariable('landmarks_high') AS high
FROM rows_to_check('features.landmarks')
