-- One row per audit and check; text that names the person is replaced.
FROM source.quality.results AS r
SELECT * REPLACE (
    CASE
        WHEN names_person(observed, $items, $person, $others) THEN 'left out: a person withdrew consent'
        ELSE observed
    END AS observed,
    CASE
        WHEN names_person(sample_ids::VARCHAR, $items, $person, $others) THEN '[]'::JSON
        ELSE sample_ids
    END AS sample_ids
)
