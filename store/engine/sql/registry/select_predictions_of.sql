-- One row per photograph that the run scored; `further_chances` is a list in the alphabetical order of the classes.
FROM registry.predictions
SELECT
    * REPLACE (
        list_transform(list_sort(map_entries(further_chances)), lambda entry: entry.value) AS further_chances
    )
WHERE run_id = $run_id
ORDER BY image_id
